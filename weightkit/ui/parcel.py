"""A result as bytes and back: its frames as Arrow IPC, what holds them as JSON. Never pickle: what
comes from outside is read, not executed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import pandas as pd
import pyarrow as pa

SHAPE = b"shape"  # the entry with the JSON; the others are frames, by number


class Unfit(TypeError):
    """A value that cannot be packed, or bytes that are no result of this function."""


def pack(result: Any) -> dict[bytes, bytes]:
    """A DataFrame, or a dataclass of DataFrames, numbers, texts and tuples, in named parts; raises
    Unfit.
    """
    frames: list[bytes] = []
    shape = json.dumps(_shape(result, frames))
    return {SHAPE: shape.encode()} | {b"%d" % i: frame for i, frame in enumerate(frames)}


def unpack(work: Callable, parts: Mapping[bytes, bytes]) -> Any:
    """What `pack` was given, as the type that `work` says to return; raises Unfit."""
    try:
        return _value(json.loads(parts[SHAPE]), parts, get_type_hints(work).get("return"))
    except (KeyError, ValueError, TypeError, pa.ArrowException) as error:
        raise Unfit(f"no result of {work.__qualname__}: {error}") from error


def _shape(value: Any, frames: list[bytes]) -> Any:
    if isinstance(value, pd.DataFrame):
        frames.append(written(value))
        return {"frame": len(frames) - 1}
    if is_dataclass(value):
        return {"fields": {f.name: _shape(getattr(value, f.name), frames) for f in fields(value)}}
    if isinstance(value, tuple):
        return {"items": [_shape(item, frames) for item in value]}
    if value is None or type(value) in (bool, int, float, str):
        return {"value": value}
    raise Unfit(f"a {type(value).__name__} is not shared")


def _value(shape: Any, parts: Mapping[bytes, bytes], kind: Any) -> Any:
    if "frame" in shape:
        return read(parts[b"%d" % shape["frame"]])
    if "items" in shape:
        inner = next(iter(get_args(kind)), None)
        return tuple(_value(item, parts, inner) for item in shape["items"])
    if "fields" not in shape:
        return shape["value"]
    made: Any = next(kind for kind in _alternatives(kind) if is_dataclass(kind))
    kinds = get_type_hints(made)
    return made(**{name: _value(s, parts, kinds[name]) for name, s in shape["fields"].items()})


def _alternatives(kind: Any) -> tuple:
    """The types of a union; a type by itself."""
    union = get_origin(kind) in (Union, type(int | None))
    return get_args(kind) if union else (kind,)


def written(frame: pd.DataFrame, compression: str | None = "lz4") -> bytes:
    """A frame as an Arrow IPC stream; raises Unfit."""
    try:
        table = pa.Table.from_pandas(frame)
    except (pa.ArrowException, OverflowError) as error:
        raise Unfit(str(error)) from error
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def read(data: bytes) -> pd.DataFrame:
    """The frame of an Arrow IPC stream; raises Unfit."""
    try:
        with pa.ipc.open_stream(data) as reader:
            return reader.read_all().to_pandas()
    except pa.ArrowException as error:
        raise Unfit(str(error)) from error
