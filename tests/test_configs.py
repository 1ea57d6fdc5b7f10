"""Fields that know their range."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightkit.configs import choice, choices, flag, number, numbers, validate


@dataclass(frozen=True)
class Example:
    count: int = number(3, 1, 10, "A count.")
    rate: float = number(0.5, 0.0, 1.0, "A rate.")
    name: str = choice("a", ("a", "b"), "A name.")
    on: bool = flag(False, "A switch.")
    some: tuple = choices(("a",), ("a", "b", "c"), "Some.")
    depths: tuple = numbers((2, 3), 1, 50, 4, "Depths.")

    def __post_init__(self):
        validate(self)


def test_defaults_are_valid():
    assert Example().count == 3


@given(st.integers())
def test_integers(value):
    if 1 <= value <= 10:
        assert Example(count=value).count == value
    else:
        with pytest.raises(ValueError, match="count is .* a whole number from 1 to 10"):
            Example(count=value)


@given(st.floats())
def test_floats(value):
    if 0 <= value <= 1:
        assert Example(rate=value).rate == value
    else:
        with pytest.raises(ValueError, match="rate is .* a number from 0 to 1"):
            Example(rate=value)


@pytest.mark.parametrize(
    "bad",
    [
        {"count": 2.0},
        {"count": True},
        {"count": "3"},
        {"rate": "x"},
        {"name": "c"},
        {"name": None},
        {"on": 1},
        {"some": ()},
        {"some": ("a", "a")},
        {"some": ("d",)},
        {"some": ["a"]},
        {"depths": (1, 51)},
        {"depths": (1, 2, 3, 4, 5)},
        {"depths": (1.5,)},
    ],
)
def test_bad_values_name_the_field(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Example(**bad)
