"""Controls made of fields: what a link may say, and what it is told when it says something else."""

from dataclasses import dataclass

from weightkit.configs import choice, choices, flag, number
from weightkit.ui.controls import compact_width, from_field
from weightkit.ui.lesson import Page
from weightkit.ui.panel import EMBED_HEIGHT, EMBED_ROW, EMBED_WIDTH


@dataclass(frozen=True)
class Config:
    count: int = number(3, 1, 10, "A count.")
    rate: float = number(0.5, 0.0, 1.0, "A rate.")
    name: str = choice("a", ("a", "b"), "A name.")
    on: bool = flag(False, "A switch.")
    some: tuple = choices(("a",), ("a", "b", "c"), "Some.")


def test_changes_only_narrow_a_fields_range():
    """Fields of several ranges share one list of changes."""
    made = from_field(Config, "rate", options=(-1.0, 0.25, 0.5, 2.0), high=7.0)
    assert (made.options, made.low, made.high) == ((0.25, 0.5), 0.0, 1.0)
    assert from_field(Config, "count", high=5).high == 5


def test_a_slides_row_counts_its_controls():
    one, many, box = (
        from_field(Config, key, **more)
        for key, more in (("count", {}), ("some", {}), ("rate", {"box": True}))
    )
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
