"""docs/coverage.md: each row is opened by its link, and the chart it names must hold the data."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ROOT
from pages_helpers import opened
from ui.test_lean import assert_means_the_same

from weightkit.ui.lean import lean
from weightkit.ui.lessons import LESSONS

REQUIRED = {
    "1": "F1 F2 S1",
    "2": "F1 F2 F3 F4 F5 F6 F7 F8 E1 E2 E3",
    "theory": "S1 S2 S3 S4 N1 N2",
    "3": "F1 F2 E1 E2",
    "4": "F1 F2 E1",
    "5": "F1 F2 E1 E2 E3",
    "6": "F1 E1 E2",
    "7": "F1 F2 S1 E1 E2",
    "8": "F1 F2 F3 F4 S1 S2 E1 E2",
    "beyond": "N1 N4 N5",
}


def rows() -> list[tuple[str, str, str, list[str]]]:
    """(part, item, link, chart names) of each line of the table."""
    found = []
    for line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 5 and cells[1] and re.fullmatch(r"[FESN]\d", cells[1]):
            found.append(
                (cells[0], cells[1], cells[3].strip("`"), re.findall(r"`([^`]+)`", cells[4]))
            )
    return found


ROWS = rows()


def test_every_item_of_the_course_is_there():
    have = {(part, item) for part, item, *_ in ROWS}
    want = {(part, item) for part, items in REQUIRED.items() for item in items.split()}
    assert want <= have, sorted(want - have)


@pytest.mark.parametrize(
    ("link", "items"), sorted({row[2]: None for row in ROWS}.items()), ids=lambda v: v
)
def test_the_link_shows_the_charts_it_promises(link, items, shown, request):
    parts = urlsplit(link)
    slug = parts.path.strip("/")
    assert slug in {lesson.slug for lesson in LESSONS}
    if slug in ("variance_sweep", "xavier_kaiming"):  # whose charts need no weight that has moved
        request.getfixturevalue("no_training")
    query = {
        key: values if len(values) > 1 else values[0]
        for key, values in parse_qs(parts.query).items()
    }
    at = opened(slug, **query, reveal="true")
    assert not at.exception
    assert not at.error, [e.value for e in at.error]
    assert not [w.value for w in at.warning if "link" in w.value.lower()], [
        w.value for w in at.warning
    ]
    for part, item, where, names in ROWS:
        if where == link:
            assert names, f"{part} {item} names no chart"
            for name in names:
                assert name in shown, f"part {part}, {item}: {name} is not among {sorted(shown)}"
                assert len(shown[name].data) > 0
    assert len(at.get("vega_lite_chart")) == len(shown)
    for figure in shown.values():
        drawing = {key: said for key, said in figure.drawing().items() if key != "datasets"}
        assert_means_the_same(drawing, lean(drawing))
