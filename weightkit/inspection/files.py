"""A .safetensors file -> its tensors: nothing in it is executed, no number is copied.

The format is 8 bytes (the length of the header, little endian), the header (JSON: for each tensor
its dtype, shape and place), and the numbers. https://huggingface.co/docs/safetensors

The `safetensors` library is not used here: it takes a path, or makes a copy of every number of a
file in memory. That both read the same is held by a test.
"""

from __future__ import annotations

import ctypes
import json
import math
import mmap
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

MOST_HEADER = 2 * 2**20  # bytes: 10,000 tensors take about one million
MOST_TENSORS = 20_000
MOST_DIMENSIONS = 16
MOST_LETTERS = 500  # of a name
SHOWN = 80  # characters of a name that a sentence quotes
DTYPES = {  # of the format: that of torch
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "U16": "uint16",
    "I16": "int16",
    "F16": "float16",
    "BF16": "bfloat16",
    "U32": "uint32",
    "I32": "int32",
    "F32": "float32",
    "U64": "uint64",
    "I64": "int64",
    "F64": "float64",
    "C64": "complex64",
}
OTHERS = {
    b"PK": "a zip archive, as torch.save writes one",
    b"\x80": "a pickle, as older versions of torch.save write one",
    b"\x89HDF": "an HDF5 file, as Keras writes one",
    b"\x1f\x8b": "compressed with gzip",
}
"""How files begin that are taken for one of ours: never how a header's length does, since that
would be a length beyond all bounds.
"""
CONVERT = """\
import torch
from safetensors.torch import save_file

tensors = torch.load("model.pt", weights_only=True)
save_file({name: t.contiguous().clone() for name, t in tensors.items()}, "model.safetensors")
"""
SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".onnx", ".h5", ".keras", ".pkl", ".pickle", ".zip")


class BadFile(ValueError):
    """What is wrong with a file, in a sentence; convert: whether it is another format."""

    convert = False


class OtherFormat(BadFile):
    """A file that is no .safetensors, and can be made one (`CONVERT`)."""

    convert = True


def read(source: bytes | bytearray | str | PathLike[str]) -> dict[str, Tensor]:
    """The tensors of a file, or of its bytes, by name, in the order of their places: views of the
    bytes, or of the file, which is read as they are looked at. They must not be changed.

    BadFile says what is wrong with it; OSError, that it cannot be opened.
    """
    if isinstance(source, (bytes, bytearray)):
        return _tensors(source)
    path = Path(source)
    refuse(path.name)
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise BadFile("the file is empty")
        return _tensors(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))


def refuse(name: str) -> None:
    """OtherFormat for the name of a file that is known not to be a .safetensors."""
    if name.lower().endswith(SUFFIXES):
        suffix = name[name.rindex(".") :].lower()
        raise OtherFormat(
            f"a {suffix} file is not read here: only .safetensors, which holds numbers and nothing"
            " that is executed"
        )


def _tensors(data: bytes | bytearray | mmap.mmap) -> dict[str, Tensor]:
    begin, entries = _header(data)
    places = sorted(((_place(name, entry), name) for name, entry in entries.items()), key=_order)
    at = 0
    for (start, end, _, _), name in places:
        if start != at:
            how = "overlap" if start < at else "leave a gap"
            raise BadFile(f"the places of its tensors {how} at {quoted(name)}")
        at = end
    there = len(data) - begin
    if at > there:
        raise BadFile(f"it is cut off: {at - there:,} of {at:,} bytes of numbers are missing")
    if at < there:
        raise BadFile(f"{there - at:,} bytes at its end belong to no tensor")
    memory = _writable(data)
    return {name: _view(memory, begin, place) for place, name in places}


def _order(placed: tuple[tuple[int, int, Any, Any], str]) -> tuple[int, int]:
    return placed[0][:2]


def _header(data: bytes | bytearray | mmap.mmap) -> tuple[int, dict[str, Any]]:
    """Where the numbers begin, and what is said of each tensor."""
    if not len(data):
        raise BadFile("the file is empty")
    for start, what in OTHERS.items():
        if data[: len(start)] == start and _length(data) > MOST_HEADER:
            raise OtherFormat(f"it is {what}, not a .safetensors file")
    if len(data) < 8:
        raise BadFile(f"it has {len(data)} bytes, too few for a .safetensors file")
    length = _length(data)
    if length > len(data) - 8:
        raise BadFile(
            f"its header is said to have {length:,} bytes, but {len(data) - 8:,} follow: it is cut"
            " off, or no .safetensors file"
        )
    if length > MOST_HEADER:
        raise BadFile(f"its header has {length:,} bytes; at most {MOST_HEADER:,} are read")
    try:
        found = json.loads(bytes(data[8 : 8 + length]).decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile("its header is not the JSON of a .safetensors file") from None
    if not isinstance(found, dict):
        raise BadFile("its header is not the JSON of a .safetensors file")
    found.pop("__metadata__", None)
    if not found:
        raise BadFile("it holds no tensors")
    if len(found) > MOST_TENSORS:
        raise BadFile(f"it holds {len(found):,} tensors; at most {MOST_TENSORS:,} are read")
    return 8 + length, found


def _length(data: bytes | bytearray | mmap.mmap) -> int:
    return int.from_bytes(data[:8], "little")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadFile(f"its header names {quoted(name)} twice")
        found[name] = value
    return found


def _place(name: str, entry: Any) -> tuple[int, int, torch.dtype, tuple[int, ...]]:
    """(start, end, dtype, shape) of a tensor."""
    if len(name) > MOST_LETTERS or not name.isprintable():
        raise BadFile(f"the name {quoted(ascii(name)[1:-1])} is too long, or cannot be printed")
    given: dict[str, Any] = entry if isinstance(entry, dict) else {}
    called: Any = given.get("dtype")
    shape: Any = given.get("shape")
    offsets: Any = given.get("data_offsets")
    if not (isinstance(called, str) and _whole(shape) and _whole(offsets) and len(offsets) == 2):
        raise BadFile(f"its header does not say what {quoted(name)} is and where it is")
    if called not in DTYPES:
        raise BadFile(f"{quoted(name)} has the dtype {quoted(called)}, which is not read here")
    if len(shape) > MOST_DIMENSIONS:
        raise BadFile(f"{quoted(name)} has {len(shape)} dimensions")
    dtype, (start, end) = getattr(torch, DTYPES[called]), offsets
    needed = math.prod(shape) * dtype.itemsize
    if math.prod(filter(None, shape)) * dtype.itemsize >= 2**63:
        raise BadFile(f"{quoted(name)} has a shape that no memory holds")
    if end - start != needed:
        there = f"{quoted(name)} has a place of {end - start:,} bytes"
        raise BadFile(f"{there}, but its shape needs {needed:,}")
    return start, end, dtype, tuple(shape)


def _whole(numbers: Any) -> bool:
    """Whether these are whole numbers, none below zero."""
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n < 2**64 for n in numbers)


def _writable(data: bytes | bytearray | mmap.mmap) -> Any:
    """The same memory as torch takes it without a warning, which it gives for what is read only;
    the bytes live as long as what is made of it.
    """
    if not isinstance(data, bytes):
        return data
    address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value
    assert address is not None
    memory: Any = (ctypes.c_char * len(data)).from_address(address)
    memory.lives = data
    return memory


def _view(memory: Any, begin: int, place: tuple[int, int, torch.dtype, tuple[int, ...]]) -> Tensor:
    start, end, dtype, shape = place
    if start == end:
        return torch.empty(shape, dtype=dtype)
    found = torch.frombuffer(memory, dtype=torch.uint8, count=end - start, offset=begin + start)
    if found.data_ptr() % dtype.itemsize:  # not where a processor may read such numbers
        found = found.clone()
    typed = found != 0 if dtype is torch.bool else found.view(dtype)
    return typed.reshape(shape)


def quoted(name: str) -> str:
    """“name”, the middle left out where it is long."""
    half = SHOWN // 2
    return f"“{name if len(name) <= SHOWN else name[:half] + '…' + name[-half:]}”"
