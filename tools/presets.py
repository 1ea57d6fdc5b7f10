#!/usr/bin/env python3
"""docs/presets.md, made by choosing every preset of every lesson.

    python tools/presets.py

The pages say which presets there are; the link of a preset is the one that its page shares after
it was chosen. Writes the file; the tests compare it with the pages.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from streamlit.testing.v1 import AppTest

from weightkit.ui.lesson import Page
from weightkit.ui.lessons import LESSONS
from weightkit.ui.panel import PRESET

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "presets.md"
WORDS = """# Presets

Every “Try this” of every lesson as a link; put the address of your server before it.

| lesson | preset | link |
|---|---|---|
"""


class Preset(NamedTuple):
    """One preset: the lesson's slug, the view it stands in ("" where there is one only), its
    name, its link.
    """

    slug: str
    view: str
    name: str
    link: str


@contextmanager
def pages_seen() -> Iterator[list[Page]]:
    """Every Page that is drawn inside the block, once its controls are there."""
    seen, top = [], Page._top

    def record(self: Page, **how: Any) -> None:
        seen.append(self)
        figures = self.figures
        top(self, **how)
        self.figures = figures  # which a page lets go of at its end

    with patch.object(Page, "_top", record), patch.dict(os.environ, WEIGHTKIT_WARM="0"):
        yield seen


def opened(slug: str = "", **query: Any) -> AppTest:
    """A fresh app whose first request is this page ("": the home page), before the prediction
    unless `reveal` is asked for.
    """
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=240)
    if slug:
        at.switch_page(f"pages/{slug}.py")
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def views(at: AppTest) -> list[str]:
    """The views between which a page lets the reader choose; one without a name where it has no
    such control.
    """
    switch = [w for w in (*at.segmented_control, *at.selectbox) if w.key == "view"]
    return list(switch[0].options) if switch else [""]


def presets(slug: str) -> list[Preset]:
    """All presets of a lesson, each chosen; where several views show the same ones, those of the
    first.
    """
    found: list[Preset] = []
    done: list[list[str]] = []
    with pages_seen() as seen:
        at = opened(slug)
        for view in views(at):
            if done:
                at = opened(slug, view=view)
            names = offered(at)
            if names in done:
                continue
            done.append(names)
            for name in names:
                if offered(at) != names:  # the last one led to another view
                    at = opened(slug, view=view)
                at.radio(key=PRESET).set_value(name).run()
                assert not at.exception, (name, at.exception)
                found.append(Preset(slug, view, name, seen[-1].link()))
    return found


def offered(at: AppTest) -> list[str]:
    """The names of the presets on a page."""
    return [name for radio in at.radio if radio.key == PRESET for name in radio.options]


def page(rows: list[Preset]) -> str:
    """docs/presets.md; a lesson, and a view after its first, is named once."""
    titles = {lesson.slug: lesson.title for lesson in LESSONS}
    lines, first, last = [], {}, None
    for row in rows:
        view = "" if first.setdefault(row.slug, row.view) == row.view else f": {row.view}"
        lesson = titles[row.slug] + view if (row.slug, row.view) != last else ""
        lines.append(f"| {lesson} | {row.name} | `{row.link}` |")
        last = row.slug, row.view
    return WORDS + "\n".join(lines) + "\n"


def main() -> None:
    """Write docs/presets.md."""
    logging.disable(logging.WARNING)  # Streamlit misses its server
    made = page([preset for lesson in LESSONS for preset in presets(lesson.slug)])
    PAGE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
