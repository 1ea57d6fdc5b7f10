"""Charts that leave the app: PNG, SVG, one self-contained HTML file with its sliders, CSV, and a
zip of everything.

Equal input gives equal bytes.
"""

from __future__ import annotations

import base64
import html as markup
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from string import Template

import pandas as pd

from ..figure import Figure
from ..grammar import resolve
from .engine import convert, library
from .picture import FONT, WIDTH, picture, spec, with_width
from .slider import HEADING


def png(figure: Figure, scale: float = 2, width: int = WIDTH) -> bytes:
    """The figure with its title as a PNG, `width` * `scale` pixels wide."""
    return base64.b64decode(
        convert([{"format": "png", "scale": scale, "spec": picture(figure, width)}])[0]
    )


def svg(figure: Figure, width: int = WIDTH) -> str:
    """The figure with its title as SVG text, its alt text in <title>."""
    return _described(convert([{"format": "svg", "spec": picture(figure, width)}])[0], figure)


def svgs(figures: Iterable[Figure]) -> list[str]:
    """The same of several, by one child process."""
    figures = list(figures)
    jobs = [{"format": "svg", "spec": picture(figure)} for figure in figures]
    drawn = convert(jobs) if jobs else []
    return [_described(one, figure) for one, figure in zip(drawn, figures, strict=True)]


def html(figure: Figure, settings: Mapping[str, object], link: str) -> str:
    """One HTML file that needs no network: title, chart with its interactions, alt text, settings
    and link.

    Everything from outside (title, settings, link, data) is escaped; the script (Vega-Embed) is
    inside the file, and needs no `unsafe-eval` of a content security policy (`ast`: Vega interprets
    expressions).
    """
    chart = figure.interactive() if figure.interactive else figure.chart
    drawn = with_width(spec(chart), WIDTH, responsive=True)
    drawn["description"] = figure.alt
    return _PAGE.substitute(
        title=markup.escape(figure.title),
        subtitle=markup.escape(figure.subtitle),
        alt=markup.escape(figure.alt),
        settings=_settings_list(settings),
        link=_anchor(link),
        font=FONT,
        ink=resolve("ink"),
        muted=resolve("muted"),
        library=library(),
        heading=HEADING,
        spec=_script_json(drawn),
    )


def csv(frame: pd.DataFrame) -> str:
    """The frame as CSV text: a header, no index, `\\n` line ends, full precision."""
    return frame.to_csv(index=False, lineterminator="\n")


def bundle(
    figures: Iterable[Figure],
    frames: Mapping[str, pd.DataFrame],
    extra_files: Mapping[str, str | bytes],
    settings: Mapping[str, object],
    link: str,
) -> bytes:
    """Everything on a page as one zip: charts/<name>.png|svg|html, data/<key>.csv, the extra files,
    README.txt.
    """
    figures = list(figures)
    pictures = [picture(figure) for figure in figures]
    jobs = [{"format": "png", "scale": 2, "spec": p} for p in pictures] + [
        {"format": "svg", "spec": p} for p in pictures
    ]
    drawn = convert(jobs) if jobs else []
    files: dict[str, str | bytes] = {}
    for i, figure in enumerate(figures):
        files[f"charts/{figure.name}.png"] = base64.b64decode(drawn[i])
        files[f"charts/{figure.name}.svg"] = _described(drawn[len(figures) + i], figure)
        files[f"charts/{figure.name}.html"] = html(figure, settings, link)
    files |= {f"data/{key}.csv": csv(frame) for key, frame in frames.items()}
    files |= dict(extra_files)
    files["README.txt"] = _readme(figures, files, settings, link)
    return _zip(files)


def _described(drawn: str, figure: Figure) -> str:
    """The SVG with the alt text as its accessible name."""
    name = f"<title>{markup.escape(figure.alt)}</title>"
    return re.sub(r"(<svg\b[^>]*?)>", lambda m: f'{m[1]} role="img">{name}', drawn, count=1)


def _script_json(value: object) -> str:
    """JSON that is safe inside <script>."""
    text = json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _anchor(link: str) -> str:
    """The link as an anchor if it is a web address, else as plain text."""
    shown = markup.escape(link)
    return f'<a href="{shown}">{shown}</a>' if re.match(r"https?://", link) else shown


def _settings_list(settings: Mapping[str, object]) -> str:
    rows = (
        f"<div><dt>{markup.escape(str(k))}</dt><dd>{markup.escape(_plain(v))}</dd></div>"
        for k, v in settings.items()
    )
    return "\n".join(rows)


def settings_in_words(settings: Mapping[str, object]) -> str:
    """What was set, in one line."""
    return "; ".join(f"{key} {_plain(value)}" for key, value in settings.items())


def rezipped(archive: bytes) -> bytes:
    """The same files in a zip that does not say when it was made."""
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        return _zip({name: held.read(name) for name in held.namelist()})


def _plain(value: object) -> str:
    """A setting as a reader writes it."""
    if isinstance(value, tuple | list):
        return ", ".join(_plain(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _readme(
    figures: list[Figure], files: Mapping[str, object], settings: Mapping[str, object], link: str
) -> str:
    lines = ["What this is", ""]
    lines += [f"charts/{f.name}: {f.title}\n    {f.subtitle}\n    {f.alt}" for f in figures]
    lines += [
        "",
        "The .html files work offline in any browser.",
        "",
        "Files",
        "",
        *sorted(files),
        "",
        "Settings",
        "",
    ]
    lines += [f"{key} = {_plain(value)}" for key, value in settings.items()]
    return "\n".join([*lines, "", "The live page", "", link, ""])


def _zip(files: Mapping[str, str | bytes]) -> bytes:
    """A zip whose bytes depend on nothing but names and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>$title</title>
"""
"""How a file that opens in a browser begins."""

_PAGE = Template(
    HEAD
    + """<style>
body { margin: 0 auto; max-width: 1040px; padding: 1.25rem 1rem; background: #fff; }
body { font-family: $font; color: $ink; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 0.35rem; }
p.subtitle { margin: 0 0 0.75rem; color: $muted; line-height: 1.4; }
figure { margin: 0; }
#chart { width: 100%; }
#chart svg { max-width: 100%; height: auto; }
.vega-bindings { margin: 0.75rem 0; font-size: 1rem; }
.vega-bind { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.vega-bind label { display: flex; flex: 1 1 auto; gap: 0.5rem; align-items: center; }
.vega-bind-name { min-width: 9rem; }
.vega-bind input[type="range"] { flex: 1 1 12rem; max-width: 34rem; min-height: 1.75rem; }
.vega-bind input[type="range"] + span { display: none; }
.vega-bind select { font: inherit; padding: 0.25rem 0.5rem; }
.offscreen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
footer { margin-top: 1rem; padding-top: 0.6rem; border-top: 1px solid #d5d9de; }
footer { color: $muted; font-size: 0.85rem; }
footer dl { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin: 0 0 0.4rem; }
footer dl div { display: flex; gap: 0.35rem; }
footer dd { margin: 0; color: $ink; }
footer a { color: #0B5C94; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p class="subtitle">$subtitle</p>
<figure>
<div id="chart"></div>
<figcaption class="offscreen">$alt</figcaption>
</figure>
</main>
<footer>
<dl>
$settings
</dl>
<div>$link</div>
</footer>
<script>$library</script>
<script>
const spec = $spec;
const actions = { export: true, source: false, compiled: false, editor: false };
vegaEmbed("#chart", spec, { renderer: "svg", actions: actions, ast: true }).then(function (made) {
  if (!(spec.params || []).some(function (param) { return param.name === "$heading"; })) return;
  made.view.addSignalListener("$heading", function (_, title) {
    document.title = document.querySelector("h1").textContent = title;
    document.querySelector("figcaption").textContent = title;
    made.view.description(title);
  });
}).catch(function (error) {
  document.getElementById("chart").textContent = "This chart could not be drawn: " + error;
});
</script>
</body>
</html>
"""
)
