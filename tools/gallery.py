#!/usr/bin/env python3
"""Pictures of every page, so that a person can judge them.

    python tools/gallery.py OUT [--only=light-1280,embed-dark] [PAGE ...]
    python tools/gallery.py --front            the README's picture: docs/app.png

Starts the app, opens the home page and every view of every lesson (or what is named:
"variance_sweep?epochs=5") in the system's Chromium or Chrome with the result revealed, and writes
PAGE-light-WIDTH.png and PAGE-dark-WIDTH.png (the whole page at 1920, 1280, 1024 and 390 pixels),
PAGE-embed-960.png and PAGE-embed-dark-960.png (a slide, 960 x 540) and index.html with all of them;
--only: what the names of the pictures that are wanted begin with, after PAGE. Prints the seconds
until each page was idle, and exceptions and console errors of our own; ends with 1 where there were
any.
"""

from __future__ import annotations

import html
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools import live, measuring
from weightkit.ui.lessons import pages

WIDTHS = (1920, 1280, 1024, 390)
HEIGHT = 800
SLIDE = {"width": 960, "height": 540}
VISITS = {
    "light": WIDTHS,
    "dark": WIDTHS,
    "embed": (SLIDE["width"],),
    "embed-dark": (SLIDE["width"],),
}
"""What each page is opened for, once each, and the widths that it is then looked at in."""
FRONT = "variance_sweep", Path(__file__).resolve().parents[1] / "docs" / "app.png"
"""The page on the README's picture, and the picture: what a window of 1280 x 800 shows of it."""
TALLEST, ROOM = 8000, 20  # pixels of a picture, and below the last words
WHOLE = """() => (document.querySelector("[data-testid=stMain]") || document.body).scrollHeight"""


def address(name: str, visit: str) -> str:
    """The page's path and query, with the result revealed and what the visit asks for."""
    page, _, query = name.partition("?")
    reveal = "reveal=true" if page and "reveal=" not in query else ""
    parts = [query, reveal, "embed=true" if visit.startswith("embed") else ""]
    return page + "?" + "&".join(part for part in parts if part)


def tall(page: Any, width: int) -> None:
    """Make the window as tall as the content, so that one picture shows the whole page."""
    height, needed = 0, HEIGHT - ROOM
    while height < min(needed, TALLEST):  # what comes into sight may be higher than its place
        height = min(needed + ROOM, TALLEST)
        page.set_viewport_size({"width": width, "height": height})
        measuring.wait_still(page)
        needed = page.evaluate(WHOLE)


def photograph(
    browser: Any, base: str, name: str, visit: str, files: dict[int, Path], whole: bool = True
) -> tuple[float, list[str]]:
    """Make a picture for each width, of the whole page or of the window; (seconds until idle, what
    went wrong).
    """
    errors: list[str] = []
    slide, dark = visit.startswith("embed"), visit.endswith("dark")
    size = SLIDE if slide else {"width": max(files), "height": HEIGHT}
    page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light")
    try:
        page.on("console", lambda m: errors.append(m.text[:160]) if live.is_our_error(m) else None)
        begun = time.monotonic()
        page.goto(f"{base}/{address(name, visit)}", timeout=live.PATIENCE * 1000)
        live.wait_idle(page)
        seconds = time.monotonic() - begun
        for width, file in files.items():
            if whole and not slide:
                tall(page, width)
            page.screenshot(path=str(file), timeout=live.PATIENCE * 1000)
        if page.locator("[data-testid='stException']").count():
            errors.append("an exception on the page")
    except Exception as problem:  # the other pictures are still wanted
        return live.PATIENCE, [*errors, str(problem).splitlines()[0]]
    finally:
        page.close()
    return seconds, errors


def pictures(name: str, visit: str, only: str = "") -> dict[int, str]:
    """The names of the files that a visit of a page gives, by width."""
    kinds = {width: f"{visit}-{width}" for width in VISITS[visit]}
    wanted = tuple(only.split(","))
    return {w: f"{stem(name)}-{kind}.png" for w, kind in kinds.items() if kind.startswith(wanted)}


def contact_sheet(names: list[str], folder: Path, only: str) -> None:
    """index.html: one row per page, each picture a link to itself in full."""
    rows = "".join(
        f"<h2>{html.escape(name or 'home')}</h2><div>"
        + "".join(
            f'<a href="{file}"><img loading="lazy" src="{file}" alt="{file}">{visit} {width}</a>'
            for visit in VISITS
            for width, file in pictures(name, visit, only).items()
        )
        + "</div>"
        for name in names
    )
    style = (
        "body{font:15px sans-serif;margin:1rem}"
        " div{display:grid;grid-template-columns:repeat(10,1fr);gap:1rem}"
        " img{width:100%;height:420px;object-fit:cover;object-position:top;border:1px solid"
        " #bbb;display:block}"
    )
    page = (
        '<!DOCTYPE html><html lang="en"><meta'
        f' charset="utf-8"><title>weightkit</title><style>{style}</style>{rows}</html>'
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def stem(name: str) -> str:
    """File name of a page."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name) or "home"


def everything() -> list[str]:
    """The home page, every lesson, and every further view of it."""
    from tools.presets import opened, pages_seen, views

    names = [""]
    with pages_seen():
        for lesson in pages():
            further = views(opened(lesson.slug))[1:]
            names += [lesson.slug, *(f"{lesson.slug}?view={quote_plus(view)}" for view in further)]
    return names


@contextmanager
def camera() -> Iterator[tuple[Any, str]]:
    """A browser, and the address of a server of the app for it."""
    browser_path = live.find_browser()
    if browser_path is None:
        raise SystemExit(f"none of {', '.join(live.BROWSERS)} is installed")
    from playwright.sync_api import sync_playwright

    with live.server() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=list(live.ARGUMENTS)
        )
        yield browser, base
        browser.close()


def front() -> int:
    """Make the README's picture; 1 where something went wrong."""
    name, file = FRONT
    with camera() as (browser, base):
        _, errors = photograph(browser, base, name, "light", {1280: file}, whole=False)
    print(file, *errors)
    return bool(errors)


def main(out: str, wanted: list[str]) -> int:
    """Make all pictures; the number of those on which something went wrong."""
    only = "".join(word.removeprefix("--only=") for word in wanted if word.startswith("--only="))
    wanted = [word for word in wanted if not word.startswith("--only=")]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    names, bad = wanted or everything(), 0
    contact_sheet(names, folder, only)
    with camera() as (browser, base):
        for name in names:
            for visit in VISITS:
                made = pictures(name, visit, only)
                if not made:
                    continue
                files = {width: folder / file for width, file in made.items()}
                seconds, errors = photograph(browser, base, name, visit, files)
                print(f"{stem(name)} {visit}  {seconds:.1f} s  {errors[:3] or ''}", flush=True)
                bad += bool(errors)
    return bad


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--front":
        sys.exit(front())
    sys.exit(1 if main(sys.argv[1], sys.argv[2:]) else 0)
