"""Checked settings: dataclass fields that know their range, shared by experiments (the check) and
pages (the widgets).

@dataclass(frozen=True)
class Config:
    epochs: int = number(10, 1, 100)  # its words are in DOCS
    dataset: str = choice("digits", DATASETS, "Which data.")
    def __post_init__(self): validate(self)
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, fields
from typing import Any

DOCS = {
    "epochs": "Passes over the training set.",
    "batch_size": "Samples per update.",
    "optimizer": "The rule of the update.",
    "n_seeds": "Networks of each kind.",
    "hidden": "Units of the hidden layers.",
    "width": "Units of each hidden layer.",
    "steps": "Steps of training.",
    "activation": "What follows each hidden layer's weighted sum.",
    "depth": "Weight layers, the output layer included.",
}
"""What a field of that name says of itself where its Config says nothing else."""


def number(
    default: float,
    low: float,
    high: float,
    doc: str = "",
    *,
    label: str = "",
    ladder: Sequence[float] = (),
    step: float | None = None,
    names: Callable[[float], str] | None = None,
) -> Any:
    """A numeric field in [low, high]; an int default makes it an integer field.

    label, ladder (the values that a slider offers), how it calls them (`names`) and step are what
    a control of it shows.
    """
    shown = _shown(label=label, ladder=tuple(ladder), step=step, names=names)
    return field(default=default, metadata={"low": low, "high": high, "doc": doc} | shown)


def choice(
    default: Any,
    options: Iterable,
    doc: str = "",
    *,
    label: str = "",
    names: Mapping[Any, str] | None = None,
    own: type | None = None,
) -> Any:
    """A field that is one of `options` (a registry or a list); names: how a control calls them.

    own: a type whose values are allowed as well, such as a Dataset of the reader's own.
    """
    return field(
        default=default,
        metadata={"options": options, "doc": doc} | _shown(label=label, names=names, own=own),
    )


def flag(default: bool, doc: str = "", *, label: str = "") -> Any:
    """A yes/no field."""
    return choice(default, (False, True), doc, label=label)


def numbers(
    default: tuple,
    low: float,
    high: float,
    most: int,
    doc: str = "",
    *,
    label: str = "",
    ladder: Sequence[float] = (),
) -> Any:
    """A tuple of 1 to `most` numbers, each in [low, high]."""
    shown = _shown(label=label, ladder=tuple(ladder))
    return field(
        default=default, metadata={"low": low, "high": high, "most": most, "doc": doc} | shown
    )


def choices(
    default: tuple,
    options: Iterable,
    doc: str = "",
    *,
    label: str = "",
    names: Mapping[Any, str] | None = None,
) -> Any:
    """A tuple of one or more different entries of `options`."""
    metadata = {"options": options, "most": len(list(options)), "doc": doc}
    return field(default=default, metadata=metadata | _shown(label=label, names=names))


def _shown(**said: Any) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}


def validate(config: Any) -> None:
    """Raise ValueError naming the field, the value and the range for the first bad field of a
    dataclass.
    """
    for f in fields(config):
        value, meta = getattr(config, f.name), f.metadata
        if "most" in meta:
            _check_tuple(f.name, value, meta)
            entry_default = f.default[0] if isinstance(f.default, tuple) and f.default else None
            for entry in value:
                _check_one(f"each entry of {f.name}", entry, entry_default, meta)
        elif meta:
            _check_one(f.name, value, f.default, meta)


def _check_tuple(name: str, value: Any, meta: Any) -> None:
    if not isinstance(value, tuple) or not 1 <= len(value) <= meta["most"]:
        raise ValueError(f"{name} is {value!r}; it must be a tuple of 1 to {meta['most']} entries")
    if "options" in meta and len(set(value)) != len(value):
        raise ValueError(f"{name} is {value!r}; its entries must differ")


def _check_one(name: str, value: Any, default: Any, meta: Any) -> None:
    if "options" in meta:
        options = list(meta["options"])
        if isinstance(value, meta.get("own", ())):
            return
        if not any(value == o and type(value) is type(o) for o in options):
            raise ValueError(
                f"{name} is {value!r}; it must be one of {', '.join(map(str, options))}"
            )
        return
    low, high = meta["low"], meta["high"]
    whole = isinstance(default, int)
    allowed = f"{'a whole number' if whole else 'a number'} from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ValueError(f"{name} is {value!r}; it must be {allowed}")
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; it must be {allowed}")
