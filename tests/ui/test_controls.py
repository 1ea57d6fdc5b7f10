"""Controls made of fields: what a link may say, and what it is told when it says something else."""

from dataclasses import dataclass

import pytest

from weightkit.configs import choice, choices, flag, number
from weightkit.ui.controls import Control, by_registry_name, compact_width, from_field, url_problems
from weightkit.ui.lesson import EMBED_HEIGHT, EMBED_ROW, EMBED_WIDTH, Page


@dataclass(frozen=True)
class Config:
    count: int = number(3, 1, 10, "A count.")
    rate: float = number(0.5, 0.0, 1.0, "A rate.")
    name: str = choice("a", ("a", "b"), "A name.")
    on: bool = flag(False, "A switch.")
    some: tuple = choices(("a",), ("a", "b", "c"), "Some.")


CONTROLS = [from_field(Config, key) for key in ("count", "rate", "name", "on", "some")]


@pytest.mark.parametrize(
    ("key", "raw"),
    [("count", ["1"]), ("count", ["10"]), ("rate", ["0"]), ("rate", ["1e-1"]), ("name", ["b"]), ("on", ["true"]), ("on", ["FALSE"]),
     ("some", ["a", "c"])],
)  # fmt: skip
def test_good_values_pass(key, raw):
    assert url_problems(CONTROLS, {key: raw}, ()) == []


@pytest.mark.parametrize(
    ("key", "raw"),
    [("count", ["0"]), ("count", ["11"]), ("count", ["3.5"]), ("count", ["abc"]), ("count", [""]), ("count", ["1", "2"]),
     ("rate", ["nan"]), ("rate", ["inf"]), ("rate", ["-1"]), ("name", ["c"]), ("on", ["maybe"]), ("some", ["d"]), ("some", [])],
)  # fmt: skip
def test_bad_values_get_a_sentence_with_the_value_and_what_is_allowed(key, raw):
    (sentence,) = url_problems(CONTROLS, {key: raw}, ())
    control = next(c for c in CONTROLS if c.key == key)
    assert f"{key}=" in sentence
    assert control.allowed in sentence


def test_unknown_names_are_told_what_there_is():
    (sentence,) = url_problems(CONTROLS, {"cuont": ["3"], "embed": ["true"]}, ("embed",))
    assert "cuont" in sentence
    assert "count, rate, name" in sentence


def test_a_link_may_name_options_as_the_code_does():
    control = Control(
        "init",
        "Scheme",
        "xavier_normal",
        options=("xavier_normal", "zeros"),
        names={"xavier_normal": "Xavier", "zeros": "Zeros"},
    )
    assert by_registry_name(control, ["zeros"]) == "zeros"
    assert by_registry_name(control, ["Zeros"]) is None
    assert by_registry_name(control, []) is None
    assert by_registry_name(CONTROLS[2], ["b"]) is None  # the name is the value: Streamlit's binding does it


def test_changes_only_narrow_a_fields_range():
    """Fields of several ranges share one list of changes."""
    made = from_field(Config, "rate", options=(-1.0, 0.25, 0.5, 2.0), high=7.0)
    assert (made.options, made.low, made.high) == ((0.25, 0.5), 0.0, 1.0)
    assert from_field(Config, "count", high=5).high == 5


def test_a_slides_row_counts_its_controls():
    one, many, box = (from_field(Config, key, **more) for key, more in (("count", {}), ("some", {}), ("rate", {"box": True})))
    assert compact_width(box) < compact_width(one) < EMBED_WIDTH < compact_width(many)
    page = object.__new__(Page)
    page.embedded, page._row = True, 5 * compact_width(one)
    assert page.height(300) == EMBED_HEIGHT + EMBED_ROW and page.height(100) == 100
    page._row += compact_width(one)
    assert page.height(300) == EMBED_HEIGHT
    page.embedded = False
    assert page.height(300) == 300


def test_a_control_may_have_another_key_than_its_field():
    """Views of one page may have fields of the same name (`prefix` of Page.controls)."""
    made = from_field(Config, "count", key="other_count")
    assert (made.key, made.label) == ("other_count", "Count")
