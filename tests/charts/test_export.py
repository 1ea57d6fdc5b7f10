"""Files that work without the server, and a server that stays small."""

import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import threading
import zipfile

import altair as alt
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from weightkit.charts import Figure, export, grammar
from weightkit.charts.export import engine, files
from weightkit.charts.export.engine import convert
from weightkit.charts.grammar.ends import SIGNS

STDS = [float(s) for s in np.logspace(-4, 1, 25)]
SETTINGS = {"epochs": 20, "learning rate": 0.01, "layers": (16, 32)}
DRAWN = (
    "[...document.querySelectorAll('#chart svg.marks .mark-area path')].map(p =>"
    " p.getAttribute('d')).join()"
)
LINK = "https://example.org/variance_sweep?epochs=20&seed=3"


def histograms(stds=STDS):
    rng = np.random.default_rng(0)
    rows = []
    for std in stds:
        counts, edges = np.histogram(rng.normal(0, std, 300), 10, range=(-2, 2))
        rows += [
            {
                "std": std,
                "stage": "after",
                "bin_left": edges[i],
                "bin_right": edges[i + 1],
                "count": n,
            }
            for i, n in enumerate(counts)
        ]
    return pd.DataFrame(rows)


def figure(**changes):
    frame = histograms()
    settings = {
        "name": "weights",
        "title": (
            "Small starts grow & large starts stay, which holds for <every> standard deviation"
            " tried"
        ),
        "subtitle": "All weights of one network.",
        "chart": grammar.histograms(frame[frame["std"] == STDS[0]], "stage"),
        "alt": "One peak that widens with the std.",
        "data": frame,
        "interactive": lambda: export.with_slider(
            grammar.histograms(frame, "stage", keep="std"),
            "std",
            heading="std",
            titles=[f"The title at std {std:g}" for std in STDS],
        ),
    }
    return Figure(**(settings | changes))


@pytest.fixture(scope="module")
def page():
    return export.html(figure(), SETTINGS, LINK)


@pytest.fixture(scope="module")
def archive():
    return export.bundle(
        [figure()], {"histograms": histograms()}, {"script.py": "print(1)\n"}, SETTINGS, LINK
    )


# ---------------------------------------------------------------- pictures


def test_png_is_twice_as_wide_as_asked():
    from PIL import Image

    with Image.open(io.BytesIO(export.png(figure(), width=500))) as picture:
        assert picture.width == pytest.approx(1000, abs=4)
        corner = picture.convert("RGB").getpixel((1, 1))
        edge = {
            picture.convert("RGB").getpixel((picture.width - 1, y)) for y in range(picture.height)
        }
    assert corner == (255, 255, 255)
    assert edge == {(255, 255, 255)}  # nothing is cut at the right


def test_a_letter_that_its_font_lacks_leaves_the_others_as_they_are():
    from PIL import Image, ImageChops

    few = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x")
    drawn = []
    for words in ("Grows until 10", "Grows until 10⁻⁵", f"Grows until 10 {SIGNS}"):
        png = export.png(figure(title=words, chart=few, interactive=None))
        with Image.open(io.BytesIO(png)) as picture:
            drawn.append(picture.convert("L"))
    plain = drawn[0].crop((0, 0, 220, 60))
    assert plain.getextrema()[0] < 100  # there are letters
    for other in drawn[1:]:
        assert ImageChops.difference(plain, other.crop((0, 0, 220, 60))).getextrema()[1] < 40


def test_svg_has_title_and_alt_text():
    svg = export.svg(figure())
    words = re.sub(r"<[^>]+>", " ", svg)
    assert "Small starts grow &amp; large starts stay" in words
    assert "<title>One peak that widens with the std.</title>" in svg
    assert 'role="img"' in svg
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]+"', "", svg)


@pytest.mark.parametrize("kind", ["vconcat", "hconcat", "facet"])
def test_views_side_by_side_share_the_width(kind):
    frame = histograms().assign(place=lambda f: f["std"].rank(method="dense").astype(int))
    one = alt.Chart(frame).mark_point().encode(x="bin_left:Q", y="count:Q")
    chart = {
        "vconcat": alt.vconcat(one, one),
        "hconcat": alt.hconcat(one, one),
        "facet": one.encode(facet=alt.Facet("place:N", columns=5)),
    }[kind]
    svg = export.svg(figure(chart=chart, interactive=None))
    width = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg)[1])
    assert 500 < width <= export.WIDTH + 30


def test_a_chart_that_cannot_be_drawn_says_so():
    with pytest.raises(export.ExportError, match="could not draw"):
        convert([{"format": "svg", "spec": {"mark": "nonsense"}}])


def test_a_child_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(engine, "_CHILD", "import time; time.sleep(60)")
    monkeypatch.setattr(engine, "TIMEOUT", 0.5)
    with pytest.raises(export.ExportError, match="longer than 0.5 seconds"):
        convert([])


def test_the_javascript_engine_never_enters_the_server():
    """vl-convert keeps 80 to 240 MB once it has run; the server has to stay small."""
    code = (
        "import sys, resource\n"
        "from tests.charts.test_export import export, figure\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "export.png(figure())\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print('vl_convert' in sys.modules, grown < 30_000)\n"
    )
    command = [sys.executable, "-c", "import sys; sys.path[:0] = ['.', 'tests']\n" + code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["False", "True"]


# ---------------------------------------------------------------- specifications


def test_the_script_of_html_files_is_what_vl_convert_bundles():
    """`python -m tools.vega` writes it anew for another vl-convert."""
    digest = (
        "import hashlib; from tools import vega; print(hashlib.sha256(vega.made()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", digest], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = gzip.decompress(engine.LIBRARY.read_bytes())
    assert done.stdout.strip() == hashlib.sha256(ours).hexdigest()


def test_all_rows_are_inside_beyond_altairs_limit():
    frame = pd.DataFrame({"x": range(6001), "y": 1.5})
    made = export.spec(alt.Chart(frame).mark_point().encode(x="x", y="y"))
    assert len(next(iter(made["datasets"].values()))) == 6001
    assert made["encoding"]["x"]["type"] == "quantitative"


def test_frames_that_views_share_are_inside_once():
    made = export.spec(grammar.histograms(histograms(), "stage", keep="std"))
    assert len(made["datasets"]) == 1


def test_the_same_chart_gives_the_same_specification():
    first, second = (export.spec(figure().interactive()) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_the_names_altair_gives_to_selections_are_the_same_again():
    chart = alt.Chart(histograms()).mark_point().encode(x="std:Q", y="count:Q")
    first, second = (export.spec(chart.add_params(alt.selection_interval())) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_the_chart_is_left_as_it_was():
    one = figure()
    moving = one.interactive()
    before = moving.to_dict(), one.chart.to_dict()
    export.spec(moving)
    export.spec(one.chart)
    assert (moving.to_dict(), one.chart.to_dict()) == before


def test_other_threads_may_swap_altairs_settings():
    """Streamlit does, for every chart it draws in a session."""
    alt.data_transformers.register("somewhere else", lambda data: {"name": "somewhere else"})
    chart, stop, made = figure().interactive(), threading.Event(), []

    def swap():
        while not stop.is_set():
            with alt.data_transformers.enable("somewhere else"):
                pass

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        made = [json.dumps(export.spec(chart)) for _ in range(10)]
    finally:
        stop.set()
        thread.join()
    assert len(set(made)) == 1
    assert "somewhere else" not in made[0]


# ---------------------------------------------------------------- HTML


def test_html_needs_no_network(page):
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)\s*=\s*[\"']?(https?:)?//", page)
    assert page.count("<script") == 2


def test_html_says_finding_settings_and_link(page):
    assert (
        "<h1>Small starts grow &amp; large starts stay, which holds for &lt;every&gt; standard"
        in page
    )
    assert '<a href="https://example.org/variance_sweep?epochs=20&amp;seed=3">' in page
    assert "<dt>learning rate</dt><dd>0.01</dd>" in page
    assert "<dd>16, 32</dd>" in page
    assert "One peak that widens with the std." in page


def test_html_escapes_what_comes_from_outside():
    evil = "</script><script>alert(1)</script>"
    frame = histograms().assign(stage=evil)
    hostile = figure(
        title=evil,
        subtitle=evil,
        alt=evil,
        chart=grammar.histograms(frame, "stage"),
        interactive=None,
    )
    page = export.html(hostile, {evil: evil}, "javascript:alert(1)")
    assert page.count("<script>") == 2
    assert page.count("</script>") == 2
    assert 'href="javascript' not in page


STRICT = """<meta http-equiv="Content-Security-Policy" content="default-src 'none';
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">"""
"""The policy of a strict learning platform: what is in the file, but no `unsafe-eval`."""


@pytest.mark.browser
def test_html_works_offline_and_its_slider_moves_the_chart(page, tmp_path, browser_path):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "weights.html"
    file.write_text(page.replace("<head>", f"<head>\n{STRICT}", 1))
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for width in (960, 390):
            context = browser.new_context(viewport={"width": width, "height": 540}, offline=True)
            view = context.new_page()
            noise, asked = [], []
            view.on("console", lambda message, noise=noise: noise.append(message.text))
            view.on("pageerror", lambda error, noise=noise: noise.append(str(error)))
            view.on("request", lambda request, asked=asked: asked.append(request.url))
            view.goto(file.as_uri())
            view.wait_for_selector("#chart svg.marks")
            assert "std 0.03162" in view.locator("#chart svg.marks").inner_html()
            before = view.evaluate(DRAWN)
            assert before
            view.locator("input[type=range]").focus()
            view.keyboard.press("End")
            view.wait_for_function(
                "document.querySelector('#chart svg.marks').innerHTML.includes('std 10')"
            )
            last = f"The title at std {STDS[-1]:g}"
            assert view.locator("h1").inner_text() == view.title() == last
            assert (
                view.evaluate(DRAWN) != before
            )  # the histogram itself, not only the number above it
            assert view.evaluate("document.documentElement.scrollWidth") <= width
            assert noise == []
            assert all(url.startswith(("file:", "data:")) for url in asked)
        browser.close()


# ---------------------------------------------------------------- sliders


def test_a_slider_filters_every_view_that_has_the_field():
    made = export.with_slider(
        grammar.histograms(histograms(), "stage", keep="std"), "std", start=STDS[3]
    ).to_dict()
    views = [
        view for view in made["layer"] if "transform" in view and "filter" in view["transform"][0]
    ]
    assert len(views) == 3
    for view in views:
        assert view["transform"][0]["filter"] == f'datum["std"] === {json.dumps(STDS)}[slider_std]'
    (control,) = made["params"]
    assert control["value"] == 3
    assert control["bind"] == {"input": "range", "min": 0, "max": 24, "step": 1, "name": "std "}


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_every_place_of_a_slider_has_rows(dtype):
    """The numbers in the filter and in the rows must be equal after their way through JSON."""
    frame = pd.DataFrame(
        {"std": np.array([1, 2, 5]).astype(dtype) / np.array(1 if dtype == "int64" else 10, dtype)}
    )
    chart = export.with_slider(alt.Chart(frame).mark_point().encode(x="std"), "std")
    made = export.spec(chart)
    values = json.loads(re.search(r"=== (\[.*?\])\[", json.dumps(made).replace('\\"', '"'))[1])
    rows = [row["std"] for data in made["datasets"].values() for row in data if "std" in row]
    assert json.loads(json.dumps(rows)) == values


def test_names_get_a_list_to_choose_from():
    frame = pd.DataFrame({"layer": ["input", "fc1"], "value": [1, 2]})
    made = export.with_slider(
        grammar.index_plot(frame.assign(index=0), keep="layer"), "layer"
    ).to_dict()
    (control,) = made["params"]
    assert control["bind"]["input"] == "select"
    assert control["bind"]["labels"] == ["input", "fc1"]


@pytest.mark.parametrize(
    "make",
    [
        lambda f: grammar.curves(f, "accuracy", "init", keep="std"),
        lambda f: grammar.points_with_band(f, "epoch", "accuracy", log_x=False, keep="std"),
        lambda f: grammar.heatmap(f, "epoch", "seed", "accuracy"),
        lambda f: grammar.index_plot(f, "init", x="epoch", y="accuracy", keep="std"),
    ],
)
def test_every_block_takes_a_slider(make):
    frame = pd.DataFrame(
        {
            "init": init,
            "std": std,
            "seed": seed,
            "epoch": epoch,
            "accuracy": 0.5,
            "diverged": seed * epoch > 1,
        }
        for init in ("a", "b")
        for std in (0.1, 1.0)
        for seed in range(2)
        for epoch in range(4)
    )
    made = export.spec(export.with_slider(make(frame), "std"))
    assert json.dumps(made).count("slider_std") >= 3


def test_a_slider_needs_rows_and_a_known_start():
    chart = grammar.histograms(histograms(), "stage", keep="std")
    with pytest.raises(ValueError, match="no data of this chart has a column 'depth'"):
        export.with_slider(chart, "depth")
    with pytest.raises(ValueError, match="start must be one of the values of 'std'"):
        export.with_slider(chart, "std", start=7.0)


# ---------------------------------------------------------------- CSV and zip


def test_csv_keeps_every_digit():
    frame = histograms()
    text = export.csv(frame)
    assert "\r" not in text
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), frame, check_exact=True)


def test_the_zip_has_everything(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        assert zipped.testzip() is None
        charts = [f"charts/weights.{kind}" for kind in ("html", "png", "svg")]
        assert zipped.namelist() == ["README.txt", *charts, "data/histograms.csv", "script.py"]
        readme = zipped.read("README.txt").decode()
        assert zipped.read("charts/weights.png").startswith(b"\x89PNG")
        assert b"<svg" in zipped.read("charts/weights.svg")[:300]
        assert zipped.read("script.py") == b"print(1)\n"
    for part in (
        "Small starts grow",
        "epochs = 20",
        "learning rate = 0.01",
        LINK,
        "data/histograms.csv",
    ):
        assert part in readme


def test_the_zip_is_the_same_for_the_same_input(archive):
    again = export.bundle(
        [figure()], {"histograms": histograms()}, {"script.py": "print(1)\n"}, SETTINGS, LINK
    )
    assert again == archive


def test_a_zip_without_figures_starts_no_child(monkeypatch):
    monkeypatch.setattr(files, "convert", None)
    with zipfile.ZipFile(io.BytesIO(export.bundle([], {"a": histograms()}, {}, {}, ""))) as zipped:
        assert zipped.namelist() == ["README.txt", "data/a.csv"]


def test_what_is_shown_on_dark_paper_is_exported_in_light_ink():
    one = figure(chart=alt.Chart(histograms()).mark_line(color="ink").encode(x="std", y="count"))
    assert one.drawing(dark=True)["mark"]["color"] == grammar.INK[True]
    assert export.picture(one)["mark"]["color"] == grammar.INK[False]
    assert one.drawing()["mark"]["color"] == grammar.INK[False]


def test_a_notebook_shows_the_figure_as_it_is_exported():
    shown = figure()._repr_mimebundle_()
    (text,) = (
        v
        for k, v in (shown[0] if isinstance(shown, tuple) else shown).items()
        if k.startswith("text/html")
    )
    assert "Small starts grow" in text
    assert "series:" not in text
