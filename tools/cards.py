#!/usr/bin/env python3
"""static/SLUG.png, the small pictures on the home page's cards: what each lesson finds with its
defaults, the first figure of its page (or another: OTHER) without its axes.

    python tools/cards.py [SLUG ...]
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image

from tools.presets import opened, pages_seen
from weightkit.charts.export.engine import convert
from weightkit.charts.export.picture import spec, with_width
from weightkit.ui.lessons import pages

FOLDER = Path(__file__).resolve().parents[1] / "static"
OTHER = {"xavier_kaiming": 1}  # the place of the figure where it is not the first
NOTHING = 16  # of 255: how opaque the paper may be among few colours, and is to be not at all
WIDTH, HEIGHT, SCALE = 340, 90, 2  # pixels of a picture on the screen; of the file, for each
FULL, STRETCH = 1.2, 2.0  # what is drawn lower is drawn higher, by so much at most


def bare(part: Any) -> Any:
    """A Vega-Lite specification without the axes, legends and words of its views."""
    if isinstance(part, list):
        return [bare(view) for view in part if not _is_text(view)]
    if not isinstance(part, dict):
        return part
    kept = {
        key: value if key in ("datasets", "resolve") else bare(value) for key, value in part.items()
    }
    return kept | {key: None for key in ("axis", "legend") if key in kept}


def _is_text(view: Any) -> bool:
    mark = view.get("mark") if isinstance(view, dict) else None
    return (mark.get("type") if isinstance(mark, dict) else mark) == "text"


def drawn(figure: Any) -> bytes:
    """The PNG file of a figure as a card shows it: twice as many pixels, on no paper of its own.

    Of an axis that begins far from all that is drawn, the empty part is left out.
    """
    picture = _cropped(_picture(figure, HEIGHT))
    higher = min(HEIGHT * SCALE / picture.height, STRETCH)
    if higher > FULL:
        picture = _cropped(_picture(figure, round(HEIGHT * higher)))
    few = picture.quantize(32, Image.Quantize.FASTOCTREE)
    palette = few.getpalette("RGBA") or []
    palette[3::4] = [0 if alpha < NOTHING else alpha for alpha in palette[3::4]]
    few.putpalette(palette, "RGBA")
    small = io.BytesIO()
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def _picture(figure: Any, height: int) -> Image.Image:
    plain = bare(with_width(spec(figure.chart), WIDTH)) | {"height": height, "padding": 2}
    quiet = {"axis": {"disable": True}, "legend": {"disable": True}, "view": {"stroke": None}}
    job = {"format": "png", "spec": plain | {"background": None, "config": quiet}, "scale": SCALE}
    return Image.open(io.BytesIO(base64.b64decode(convert([job])[0])))


def _cropped(picture: Image.Image) -> Image.Image:
    """Without the empty rows above and below what is drawn."""
    _, top, _, bottom = picture.getbbox() or (0, 0, *picture.size)
    return picture.crop((0, top, picture.width, bottom))


def main(wanted: list[str]) -> None:
    """Draw the pictures of these lessons, or of all."""
    FOLDER.mkdir(exist_ok=True)
    for lesson in pages():
        if wanted and lesson.slug not in wanted:
            continue
        with pages_seen() as seen:
            opened(lesson.slug, reveal="true")
        file = FOLDER / f"{lesson.slug}.png"
        file.write_bytes(drawn(seen[-1].figures[OTHER.get(lesson.slug, 0)]))
        print(file, file.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
