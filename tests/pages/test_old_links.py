"""Links that are out in the world keep working: those of the README before the lessons became
folders.
"""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pages_helpers import well

from tools import presets
from weightkit.ui import link

LINKS = (Path(__file__).parent / "data" / "old_links.txt").read_text(encoding="utf-8").split()

OPENED = presets.PAGE.read_text(encoding="utf-8")
"""What browser/test_round_trip opens, and asks more of."""


def test_there_are_all_of_them():
    assert len(LINKS) == len(set(LINKS)) == 85


@pytest.mark.parametrize("old", [old for old in LINKS if f"`{old}`" not in OPENED])
def test_an_old_link_opens_its_page_with_its_settings(old):
    """Before the prediction, so that nothing is trained; a control that is drawn has what the link
    says.
    """
    parts = urlsplit(old)
    query = parse_qs(parts.query)
    with presets.pages_seen() as seen:
        at = presets.opened(
            parts.path.strip("/"), **{k: v if len(v) > 1 else v[0] for k, v in query.items()}
        )
    well(at)
    page = seen[-1]
    assert page.lesson.slug == parts.path.strip("/")
    drawn = {control.key: control for control in page._controls}
    for key, raw in query.items():
        if key in drawn:
            assert page.settings[key] == link.read(drawn[key], raw), key
    assert "view" not in query or "view" in drawn
