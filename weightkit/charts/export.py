"""Charts that leave the app: PNG, SVG, one self-contained HTML file with its sliders, CSV, and a zip of
everything.

Always on white paper with the fonts below, so build the figures for export with `dark=False`. Equal input
gives equal bytes. PNG and SVG are drawn by vl-convert, a JavaScript engine, in a child process that ends with
the job: in the server it would keep 80 to 240 MB for good. One child at a time.
"""

import base64
import html as markup
import io
import json
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from string import Template
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.data import to_values

from .figure import SUBTITLE_SIZE, TITLE_SIZE, Figure
from .specification import children, own_frame, specification
from .theme import INK, MUTED, PAPER, VIRIDIS, mix
from .words import label

WIDTH = 760
"""Pixels of a picture, title included."""
TIMEOUT = 180
"""Seconds that one child process may take."""
MARGIN = 92
"""Pixels beside the plot of one view in a concat or facet (axis, labels), which Vega-Lite adds to a view's
width.
"""

FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"
CONFIG = {
    "background": PAPER[False],
    "font": FONT,
    "padding": 12,
    "view": {"stroke": None},
    "title": {
        "color": INK[False],
        "subtitleColor": MUTED[False],
        "fontWeight": 600,
        "fontSize": TITLE_SIZE,
        "subtitleFontSize": SUBTITLE_SIZE,
        "subtitlePadding": 6,
    },
    "axis": {
        "labelColor": MUTED[False],
        "titleColor": INK[False],
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 13,
        "titlePadding": 8,
        "gridColor": "#E4E7EA",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
    "legend": {"labelColor": INK[False], "titleColor": INK[False], "labelFontSize": 12, "titleFontSize": 12},
    "header": {"labelColor": INK[False], "titleColor": INK[False], "labelFontSize": 12},
    "range": {"ramp": list(VIRIDIS), "heatmap": list(VIRIDIS)},
}
"""Vega-Lite config of every export."""

_ONE_AT_A_TIME = threading.Lock()

_CHILD = """
import base64, json, sys
import vl_convert as vl
def draw(job):
    if job["format"] == "png":
        return base64.b64encode(vl.vegalite_to_png(job["spec"], scale=job["scale"], allowed_base_urls=[])).decode()
    if job["format"] == "svg":
        return vl.vegalite_to_svg(job["spec"], allowed_base_urls=[])
    return vl.javascript_bundle()
answer = json.dumps([draw(job) for job in json.load(sys.stdin)])
sys.stdout.buffer.write(answer.encode())
"""


class ExportError(RuntimeError):
    """A chart could not be drawn; the message is the last line of the engine's own."""


# ---------------------------------------------------------------- files


def png(figure: Figure, scale: float = 2, width: int = WIDTH) -> bytes:
    """The figure with its title as a PNG, `width` * `scale` pixels wide."""
    return base64.b64decode(_convert([{"format": "png", "scale": scale, "spec": picture(figure, width)}])[0])


def svg(figure: Figure, width: int = WIDTH) -> str:
    """The figure with its title as SVG text, its alt text in <title>."""
    return _described(_convert([{"format": "svg", "spec": picture(figure, width)}])[0], figure)


def html(figure: Figure, settings: Mapping[str, object], link: str) -> str:
    """One HTML file that needs no network: title, chart with its interactions, alt text, settings and link.

    Everything from outside (title, settings, link, data) is escaped; the script (Vega-Embed) is inside the
    file.
    """
    chart = figure.interactive() if figure.interactive else figure.chart
    drawn = _with_width(spec(chart), WIDTH, responsive=True)
    drawn["description"] = figure.alt
    return _PAGE.substitute(
        title=markup.escape(figure.title),
        subtitle=markup.escape(figure.subtitle),
        alt=markup.escape(figure.alt),
        settings=_settings_list(settings),
        link=_anchor(link),
        font=FONT,
        ink=INK[False],
        muted=MUTED[False],
        library=library(),
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
    drawn = _convert(jobs) if jobs else []
    files: dict[str, str | bytes] = {}
    for i, figure in enumerate(figures):
        files[f"charts/{figure.name}.png"] = base64.b64decode(drawn[i])
        files[f"charts/{figure.name}.svg"] = _described(drawn[len(figures) + i], figure)
        files[f"charts/{figure.name}.html"] = html(figure, settings, link)
    files |= {f"data/{key}.csv": csv(frame) for key, frame in frames.items()}
    files |= dict(extra_files)
    files["README.txt"] = _readme(figures, files, settings, link)
    return _zip(files)


# ---------------------------------------------------------------- sliders


def with_slider(
    chart: Any,
    field: str,
    values: Sequence[object] | None = None,
    *,
    heading: str | None = None,
    start: object = None,
    words: Sequence[str] | None = None,
) -> alt.TopLevelMixin:
    """`chart` with a control over the values of `field`, for the HTML export; it works without a server.

    Build the chart from rows of all values (`keep=field` in the building blocks). Numbers get a slider over
    their places in order (so that 25 log-spaced values are 25 even steps) and the value as text in the plot;
    names get a list to choose from. `values`: which, in which order; None: those in the chart's data.
    `heading`: words before the control; `start`: the value shown first (else the middle one); `words`: what
    to call each value.

    Raises ValueError where no data of the chart has `field`, or `start` is none of the values.
    """
    found = _values(chart, field)
    if not found:
        raise ValueError(f"no data of this chart has a column {field!r}")
    values = list(values) if values is not None else _sorted(found)
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    words = [str(w) for w in words] if words is not None else [label(v) for v in values]
    place = len(values) // 2 if start is None else _place(values, start, field)
    name = "slider_" + re.sub(r"\W", "_", field)
    heading = field.replace("_", " ") if heading is None else heading
    control: Any
    if numeric:
        control = alt.binding_range(min=0, max=len(values) - 1, step=1, name=heading + " ")
    else:
        control = alt.binding_select(options=list(range(len(values))), labels=words, name=heading + " ")
    test = f"datum[{json.dumps(field)}] === {json.dumps(values)}[{name}]"
    filtered = _filtered(chart.copy(deep=True, ignore=["data"]), field, test, None)
    if numeric and isinstance(filtered, alt.Chart | alt.LayerChart):
        filtered = _layered(filtered, _readout(f"{json.dumps(heading + ' ')} + {json.dumps(words)}[{name}]"))
    return filtered.add_params(alt.param(name=name, value=place, bind=control))


def _place(values: list, start: object, field: str) -> int:
    if start not in values:
        raise ValueError(f"start must be one of the values of {field!r}, not {start!r}")
    return values.index(start)


def _sorted(values: list) -> list:
    """Numbers in order, names as they came."""
    return sorted(values) if all(isinstance(v, int | float) for v in values) else values


def _layered(chart: alt.Chart | alt.LayerChart, top: alt.LayerChart) -> alt.LayerChart:
    """`top` over `chart`; what only the outermost chart may say (autosize) moves up."""
    autosize, chart.autosize = chart.autosize, alt.Undefined
    both: Any = chart + top
    both.autosize = autosize
    return both


def _readout(expression: str) -> alt.LayerChart:
    """The value of the slider at the top right of the plot, over a halo."""
    base = alt.Chart(alt.InlineData(values=[{"at": 0}])).transform_calculate(words=expression)
    place: dict = {"align": "right", "baseline": "top", "dx": -6, "dy": 4, "fontSize": 13, "fontWeight": 600}
    at: dict = {"x": alt.XValue("width"), "y": alt.YValue(0), "text": alt.Text("words:N")}
    halo = base.mark_text(**place, stroke=PAPER[False], strokeWidth=4, opacity=0.9).encode(**at)
    words: Any = halo + base.mark_text(**place, color=INK[False]).encode(**at)
    return words


def _values(chart: Any, field: str, inherited: pd.DataFrame | None = None) -> list:
    """The different values of a column, over all data of a chart, as plain Python values."""
    frame = own_frame(chart, inherited)
    found = [] if frame is None or field not in frame else frame[field].drop_duplicates().tolist()
    for child in children(chart):
        found += _values(child, field, frame)
    return list(dict.fromkeys(found))


def _filtered(chart: Any, field: str, test: str, inherited: pd.DataFrame | None) -> Any:
    """The chart with `test` as first transform of every view whose data has the column."""
    frame = own_frame(chart, inherited)
    inside = children(chart)
    for child in inside:
        _filtered(child, field, test, frame)
    if not inside and frame is not None and field in frame:
        old = [] if chart.transform is alt.Undefined else list(chart.transform)
        chart.transform = [alt.FilterTransform(filter=test), *old]
    return chart


# ---------------------------------------------------------------- specifications


def picture(figure: Figure, width: int = WIDTH) -> dict[str, Any]:
    """The Vega-Lite specification of a still picture: title inside, width fixed."""
    return _with_width(spec(figure.titled(width)), width) | {"description": figure.alt}


def spec(chart: Any) -> dict[str, Any]:
    """The chart as a Vega-Lite specification with all its rows, and `CONFIG` for its config."""
    result, frames = specification(chart)
    result = _on_white(result)
    result["config"] = CONFIG
    rows = {name: to_values(frame)["values"] for name, frame in frames.items()}
    if rows:
        result["datasets"] = result.get("datasets", {}) | rows
    return result


_LIGHT = {
    INK[True]: INK[False],
    MUTED[True]: MUTED[False],
    PAPER[True]: PAPER[False],
    mix(PAPER[True], INK[True], 0.06): mix(PAPER[False], INK[False], 0.06),
}


def _on_white(part: Any) -> Any:
    """A specification drawn for the dark theme, with its ink, paper and greys in those of the light one."""
    if isinstance(part, dict):
        return {key: _on_white(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_on_white(value) for value in part]
    return _LIGHT.get(part, part) if isinstance(part, str) else part


def _with_width(drawn: dict[str, Any], width: int, responsive: bool = False) -> dict[str, Any]:
    """Fixed widths in place of "container": a single view fills `width`, the views of a concat or facet share
    it.

    With `responsive`, a single or layered view stays as wide as its container (only these can, in Vega-Lite).
    """
    if not any(
        part in drawn for part in ("hconcat", "vconcat", "concat", "facet", "repeat")
    ) and not _has_facet(drawn):
        fit = {"type": "fit-x", "contains": "padding"}
        return drawn | {"width": "container" if responsive else width, "autosize": fit}
    _share(drawn, width - 24)
    return drawn


def _has_facet(drawn: dict[str, Any]) -> bool:
    return bool({"row", "column", "facet"} & set(drawn.get("encoding", {})))


def _share(drawn: dict[str, Any], width: int) -> None:
    """Gives every view below `drawn` its part of `width`; a width that the author fixed as a number stays."""
    columns = drawn.get("columns")
    for view in drawn.get("vconcat", []):
        _share(view, width)
    for part in ("hconcat", "concat"):
        views = drawn.get(part, [])
        across = min(columns or len(views), len(views)) if views else 1
        for view in views:
            _share(view, (width - 20 * (across - 1)) // across)
    if "spec" in drawn:
        _share(drawn["spec"], width // (columns or 1) - (10 if columns else 0))
    elif not {"vconcat", "hconcat", "concat"} & set(drawn) and not isinstance(
        drawn.get("width"), int | float
    ):
        across = drawn.get("encoding", {}).get("facet", {}).get("columns", 1)
        drawn["width"] = max((width - MARGIN - 20 * (across - 1)) // across, 60)


# ---------------------------------------------------------------- vl-convert


def _convert(jobs: list[dict[str, Any]]) -> list[str]:
    """What the child makes of each job, in order. Raises ExportError."""
    command = [sys.executable, "-I", "-c", _CHILD]
    with _ONE_AT_A_TIME:
        try:
            done = subprocess.run(
                command, input=json.dumps(jobs).encode(), capture_output=True, timeout=TIMEOUT
            )
        except subprocess.TimeoutExpired as error:
            raise ExportError(f"drawing took longer than {TIMEOUT} seconds") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise ExportError(f"vl-convert could not draw the chart: {lines[-1]}")
    return json.loads(done.stdout)


@lru_cache(maxsize=1)
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script (0.9 MB), made by vl-convert once per process.

    That takes seconds; call this in a background thread if the first `html` or `bundle` shall not wait.
    """
    return _convert([{"format": "library"}])[0].replace("</script", "<\\/script")


# ---------------------------------------------------------------- text around the charts


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


_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>$title</title>
<style>
body { margin: 0 auto; max-width: 1040px; padding: 1.25rem 1rem; font-family: $font; color: $ink; background: #fff; }
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
footer { margin-top: 1rem; padding-top: 0.6rem; border-top: 1px solid #d5d9de; color: $muted; font-size: 0.85rem; }
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
vegaEmbed("#chart", spec, { renderer: "svg", actions: actions }).catch(function (error) {
  document.getElementById("chart").textContent = "This chart could not be drawn: " + error;
});
</script>
</body>
</html>
""")
