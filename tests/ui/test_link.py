"""What a link may say, in any spelling, and the one that is shared."""

import math
import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightkit.configs import choice, choices, flag, number
from weightkit.ui import link
from weightkit.ui.controls import Control, from_field


@dataclass(frozen=True)
class Config:
    count: int = number(3, 1, 100, "A count.")
    rate: float = number(0.5, 0.0, 1.0, "A rate.")
    name: str = choice("a", ("a", "b"), "A name.")
    on: bool = flag(False, "A switch.")
    some: tuple = choices(("a",), ("a", "b", "c, d"), "Some.")


STD = Control("std", "Std", 0.1, options=(0.1, 10 ** (-2 / 3), 1e-4), slider=True)
INIT = Control(
    "init",
    "Scheme",
    "xavier_normal",
    options=("xavier_normal", "zeros"),
    names={"xavier_normal": "Xavier (normal)"},
)


def two(text):
    """As a lesson reads a text of its own."""
    if not re.fullmatch(r"\d-\d", text):
        raise ValueError("sizes must be two numbers with a dash between")


TEXT = Control("sizes", "Sizes", "1-2", text=True, parse=two)
CONTROLS = {
    c.key: c
    for c in [*(from_field(Config, key) for key in Config.__dataclass_fields__), STD, INIT, TEXT]
}


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("count", ["1"], 1),
        ("count", ["64.0"], 64),
        ("count", ["6e1"], 60),
        ("rate", ["0"], 0.0),
        ("rate", ["1e-1"], 0.1),
        ("rate", ["0,30"], 0.3),
        ("rate", [" .5 "], 0.5),
        ("name", ["b"], "b"),
        ("name", ["B"], "b"),
        ("on", ["true"], True),
        ("on", ["FALSE"], False),
        ("on", ["1"], True),
        ("some", ["a", "c, d"], ("a", "c, d")),
        ("some", ["c, d"], ("c, d",)),
        ("some", ["b,a"], ("a", "b")),
        ("some", ["b", "b"], ("b",)),
        ("std", ["0.215443"], 10 ** (-2 / 3)),
        ("std", ["1e-04"], 1e-4),
        ("std", ["0,0001"], 1e-4),
        ("init", ["zeros"], "zeros"),
        ("init", ["Xavier (normal)"], "xavier_normal"),
        ("init", ["xavier normal"], "xavier_normal"),
        ("sizes", ["3-4"], "3-4"),
        ("count", ["7", "7"], 7),
    ],
)
def test_any_spelling_of_an_allowed_value_is_understood(key, raw, value):
    assert link.read(CONTROLS[key], raw) == value


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("count", ["0"]),
        ("count", ["101"]),
        ("count", ["3.5"]),
        ("count", ["abc"]),
        ("count", [""]),
        ("count", ["1", "2"]),
        ("count", ["1e999"]),
        ("count", ["٣"]),
        ("rate", ["nan"]),
        ("rate", ["inf"]),
        ("rate", ["-1"]),
        ("rate", ["0,3,3"]),
        ("name", ["c"]),
        ("name", [""]),
        ("on", ["maybe"]),
        ("some", ["d"]),
        ("some", [""]),
        ("std", ["0.2"]),
        ("init", ["Xavier"]),
        ("sizes", ["3-x"]),
    ],
)
def test_what_cannot_be_used_gets_a_sentence_with_the_value_and_what_is_allowed(key, raw):
    with pytest.raises(ValueError) as caught:
        link.read(CONTROLS[key], raw)
    why = "two numbers" if key == "sizes" else CONTROLS[key].allowed
    assert f"{key}=" in str(caught.value) and why in str(caught.value)


@given(st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6))
def test_a_number_is_read_in_every_dress(value):
    text = f"{value:.6g}"
    dresses = [
        text,
        text.replace(".", ","),
        text.replace("-", "−"),
        f" {text} ",
        text.replace("e-0", "e-").upper(),
    ]
    for dress in dresses:
        if not link.THOUSANDS.fullmatch(dress):
            assert link.number(dress) == float(text)


@pytest.mark.parametrize(
    "text",
    ["1,234", "12,345,678", "1.234.567", "", "abc", "1e999", "--1", "1_0", "0x10", "1 apple"],
)
def test_a_text_that_is_no_number_or_two_is_refused(text):
    with pytest.raises(ValueError):
        link.number(text)


@pytest.mark.parametrize("key", CONTROLS)
def test_what_is_shared_is_read_back(key):
    c = CONTROLS[key]
    for value in (("a", "c, d"), c.default) if c.most else c.options or (c.default,):
        read = link.read(c, link.spell(c, value))
        assert read == value or math.isclose(read, value, rel_tol=1e-5)


def test_a_slip_in_a_name_is_told_and_a_strangers_is_not():
    assert "Is it count?" in link.stray("cuont", CONTROLS)
    assert link.stray("fbclid", CONTROLS) is None
    assert link.stray("utm_source", CONTROLS) is None
