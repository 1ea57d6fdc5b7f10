#!/usr/bin/env python3
"""What every page shows, as JSON, to compare the app before and after a move. TEMPORARY: deleted at the end of issue 17.

    python tools/dump.py make FOLDER [SLUG ...]      # one JSON file per lesson; some minutes of one core
    python tools/dump.py compare FOLDER OTHER        # every difference, a line each; ends with 1 where there is one

Every view and every preset of every lesson, with the result revealed, in light and in dark: frames (shape, types and a
hash of all digits), Vega-Lite specifications as drawn and as exported, titles, subtitles, alt texts, all words, question,
verdict, the page's link and the recipe's text. Long trainings are made short through the link (`SHORT`), which the links
in the dump show.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st
from streamlit.runtime.context import ContextProxy

from tools.presets import opened, pages_seen, presets, views
from weightkit import recipes
from weightkit.ui.lesson import Page
from weightkit.ui.lessons import LESSONS

SHORT = {
    "epochs": 3, "n_seeds": 2, "pretrain_epochs": 1, "n_stds": 3, "resolution": 11, "steps": 20,
}  # fmt: skip
"""The most that a setting of this name may be (after a view's prefix), so that all pages together take minutes."""

SHORTEST = {"map_epochs": 1, "contest_epochs": 2, "epochs": 4}


def digest(frame: Any) -> dict[str, Any]:
    """Shape, columns with their types, and a hash of every digit."""
    text = frame.to_csv(index=True)
    kinds = {str(c): str(t) for c, t in frame.dtypes.items()}
    return {"shape": list(frame.shape), "columns": kinds, "hash": hashlib.sha256(text.encode()).hexdigest()[:16]}


def plain(value: Any) -> Any:
    """As JSON, frames as their digests and their rows where there are few."""
    if hasattr(value, "to_csv") and hasattr(value, "dtypes"):
        return digest(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def rows_as_digest(spec: dict[str, Any]) -> dict[str, Any]:
    """A specification with a hash in place of the rows inside it."""
    rows = {k: hashlib.sha256(json.dumps(v).encode()).hexdigest()[:16] for k, v in spec.get("datasets", {}).items()}
    return spec | {"datasets": rows}


@contextmanager
def seen_in(dark: bool) -> Iterator[dict[str, Any]]:
    """What a page shows while it runs inside the block, in this theme."""
    found: dict[str, Any] = {"figures": [], "drawn": {}, "frames": {}}
    show, judge, predict, finish, draw = Page.show, Page.judge, Page.predict, Page.finish, st.vega_lite_chart

    def recorded_show(self: Page, figure: Any, **places: Any) -> Any:
        found["figures"].append(figure)
        return show(self, figure, **places)

    def recorded_judge(self: Page, truth: Any, because: str, **more: Any) -> None:
        found["verdict"] = [truth, because, more]
        judge(self, truth, because, **more)

    def recorded_predict(self: Page, question: str, options: Any = (), **more: Any) -> None:
        found["question"] = [question, list(options), more]
        predict(self, question, options, **more)

    def recorded_finish(self: Page, config: Any, frames: Any, recipe: str | None = None, **more: Any) -> None:
        found["frames"] = {str(k): plain(v) for k, v in frames.items()}
        found["recipe"] = recipes.script(recipe or self.lesson.slug, config)
        finish(self, config, frames, recipe, **more) if recipe or more else finish(self, config, frames)

    def recorded_draw(spec: Any, *args: Any, **more: Any) -> Any:
        found["drawn"][str(more.get("key"))] = plain(spec)
        return draw(spec, *args, **more)

    theme = property(lambda self: SimpleNamespace(type="dark" if dark else "light"))
    with ExitStack() as stack:
        for target, name, new in (
            (Page, "show", recorded_show), (Page, "judge", recorded_judge), (Page, "predict", recorded_predict),
            (Page, "finish", recorded_finish), (st, "vega_lite_chart", recorded_draw), (ContextProxy, "theme", theme),
        ):  # fmt: skip
            stack.enter_context(patch.object(target, name, new))
        yield found


def told(figure: Any) -> dict[str, Any]:
    """A figure's words and data, and its specification as exported."""
    from weightkit.charts import export

    words = {part: getattr(figure, part) for part in ("name", "title", "subtitle", "alt")}
    exported = rows_as_digest(export.picture(figure))
    moving = rows_as_digest(export.spec(figure.interactive())) if figure.interactive else None
    return words | {"data": digest(figure.data), "exported": plain(exported), "interactive": plain(moving)}


def visit(slug: str, query: dict[str, Any], dark: bool) -> dict[str, Any]:
    """Everything that one address shows."""
    with seen_in(dark) as found, pages_seen() as pages:
        at = opened(slug, **query, **({"reveal": "true"} if slug else {}))
        found["figures"] = [told(figure) for figure in found["figures"]]
    kinds = ("title", "header", "subheader", "markdown", "caption", "warning", "info", "error", "code")
    found["words"] = {kind: [element.value for element in getattr(at, kind)] for kind in kinds if getattr(at, kind)}
    found["exceptions"] = [e.value for e in at.exception]
    found["link"] = pages[-1].link() if pages else ""
    return found


def shortened(slug: str, query: dict[str, Any]) -> dict[str, Any]:
    """The query with its long trainings made short."""
    with pages_seen() as seen:
        opened(slug, **query)
    result = dict(query)
    for control in seen[-1]._controls:
        most = SHORTEST.get(control.key) or next((n for k, n in SHORT.items() if control.key.endswith("_" + k)), None)
        most = most or SHORT.get(control.key)
        if most is None:
            continue
        now = query.get(control.key, control.default)
        allowed = [o for o in control.options if not isinstance(o, str) and o <= most] or None
        if float(now) > most:
            short = max(allowed) if allowed else min(control.options) if control.options else max(most, control.low)
            result[control.key] = str(short)
    return result


def cases(slug: str) -> list[tuple[str, dict[str, Any]]]:
    """(name, query) of every view and every preset, short."""
    with pages_seen():
        names = views(opened(slug))
    found = [(f"view {name}" if name else "default", {"view": name} if name else {}) for name in names]
    for preset in presets(slug):
        query = parse_qs(urlsplit(preset.link).query)
        found.append((f"preset {preset.view} {preset.name}", {k: v if len(v) > 1 else v[0] for k, v in query.items()}))
    return [(name, shortened(slug, query)) for name, query in found]


def make(folder: Path, slugs: list[str]) -> None:
    """Write one file per lesson, and one for the home page."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug in slugs or ["", *(lesson.slug for lesson in LESSONS)]:
        begun = time.monotonic()
        pages: dict[str, Any] = {}
        for name, query in cases(slug) if slug else [(f"row {n}", {"output": str(n)}) for n in (1, 3)]:
            for dark in (False, True):
                start = time.monotonic()
                try:
                    pages[f"{name}, {'dark' if dark else 'light'}"] = visit(slug, query, dark)
                except Exception:
                    pages[f"{name}, {'dark' if dark else 'light'}"] = {"failed": traceback.format_exc()}
                    print("FAILED", slug, name, traceback.format_exc()[-300:], flush=True)
                if time.monotonic() - start > 6:
                    print(f"  {slug} {name}: {time.monotonic() - start:.1f} s", flush=True)
        text = json.dumps(pages, indent=1, ensure_ascii=False, sort_keys=True, default=str)
        (folder / f"{slug or 'home'}.json").write_text(text, encoding="utf-8")
        print(f"{slug or 'home'}: {len(pages)} pages, {time.monotonic() - begun:.0f} s", flush=True)


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(path, value here, value there) of everything that is not equal."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key, "(nothing)"), other.get(key, "(nothing)"), f"{path}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{path}/{i}")
    elif one != other and not (one != one and other != other):
        yield path, one, other


def compare(first: Path, second: Path, pattern: str = "") -> int:
    """Print every difference (`pattern`: only of paths that it is found in); how many there are."""
    total = 0
    for name in sorted({p.name for p in first.glob("*.json")} | {p.name for p in second.glob("*.json")}):
        read = [json.loads((f / name).read_text(encoding="utf-8")) if (f / name).exists() else {} for f in (first, second)]
        for path, one, other in differences(*read, name.removesuffix(".json")):
            if re.search(pattern, path):
                total += 1
                print(f"{path}: {str(one)[:160]!r} -> {str(other)[:160]!r}")
    print(f"{total} differences")
    return total


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # Streamlit misses its server
    match sys.argv[1:]:
        case ["make", out, *slugs]:
            make(Path(out), slugs)
        case ["compare", one, other, *pattern]:
            sys.exit(1 if compare(Path(one), Path(other), *pattern) else 0)
        case _:
            sys.exit(inspect.cleandoc(__doc__ or ""))
