"""Every page: first on a fresh app, at both ends of every control, with nonsense in the link,
predicted and judged.
"""

import html
import io
import re
import traceback
import zipfile
from collections.abc import Callable

import pytest
from pages_helpers import opened, unexplained
from pandas.core.generic import NDFrame
from streamlit.testing.v1 import AppTest

from tools.presets import pages_seen, views
from weightkit.charts import export
from weightkit.ui import own_data
from weightkit.ui.lessons import LESSONS

SLUGS = [lesson.slug for lesson in LESSONS]


def assert_well(at: AppTest) -> None:
    assert not at.exception, [e.value for e in at.exception]
    assert not at.error, [e.value for e in at.error]


def charts(at: AppTest) -> list:
    return at.get("vega_lite_chart")


def test_home():
    at = opened()
    assert_well(at)
    assert len(charts(at)) == 1
    first = [m.value for m in at.markdown if m.value.startswith("##### Output")]
    at.segmented_control(key="output").set_value(3).run()
    assert_well(at)
    assert [m.value for m in at.markdown if m.value.startswith("##### Output")] != first


@pytest.mark.parametrize("slug", SLUGS)
def test_as_the_first_request_it_asks_then_shows_and_gives(slug, shown):
    at = opened(slug)
    assert_well(at)
    assert at.title[0].value
    assert not charts(at), "nothing is given away before the reader has answered"
    at.button(key="just_show").click().run()
    assert_well(at)
    assert charts(at)
    assert any("What this run shows" in m.value for m in at.markdown)
    assert not unexplained(at)
    for name in shown:
        at.session_state[f"behind_{name}"] = True
    at.session_state["take_home"] = True
    at.run()
    assert_well(at)
    assert len(at.get("download_button")) > 4 * len(shown) + 3, (
        "PNG, SVG, HTML, CSV; script, notebook, zip, frames"
    )
    assert len(at.dataframe) >= len(shown), "a table behind every chart"
    assert all(figure.alt != figure.title or len(figure.alt) > 30 for figure in shown.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_every_chart_can_be_taken_along_in_one_zip(slug, shown):
    with pages_seen() as seen:
        assert_well(opened(slug, reveal="true"))
    page = seen[-1]
    archive = export.bundle(page.figures, {}, {}, page.settings, "http://x/" + slug)
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for name, figure in shown.items():
            assert files.read(f"charts/{name}.png").startswith(b"\x89PNG")
            assert html.escape(figure.alt) in files.read(f"charts/{name}.svg").decode()
            text = files.read(f"charts/{name}.html").decode()
            assert f"<h1>{html.escape(figure.title)}</h1>" in text
            footer = text.split("<footer>")[1].split("</footer>")[0]
            assert f"http://x/{slug}" in footer and all(
                f"<dt>{key}</dt>" in footer for key in page.settings
            )
            assert not re.search(r"<(script|link|img)[^>]+(src|href)=.?https?:", text), (
                "needs no network"
            )


@pytest.mark.parametrize("slug", SLUGS)
def test_a_prediction_is_judged_and_scored(slug):
    at = opened(slug)
    at.button(key="commit").click().run()
    assert not charts(at), "nothing was chosen"
    assert any("first" in w.value for w in at.warning)
    for widget in at.radio:
        if widget.key == f"{slug}_prediction":
            widget.set_value(widget.options[0])
    for widget in at.text_input:
        if widget.key == f"{slug}_prediction":
            widget.set_value("50")
    at.button(key="commit").click().run()
    assert_well(at)
    verdicts = [*at.success, *at.warning]
    assert any("You said" in v.value for v in verdicts)
    assert sum(p.total for p in at.session_state["predictions"].values()) == 1
    assert any("of 1 right" in c.value for c in at.caption)
    at.button(key="predict_again").click().run()
    assert not charts(at)


def assert_each_is_told(at: AppTest, slug: str, kept: dict) -> None:
    """Nonsense for every control of the page but those in `kept`: each is named, with what is
    allowed.
    """
    asked = [w for w in controls(at) if w.key not in kept]
    at = opened(slug, **kept, **{w.key: "no-such-thing" for w in asked})
    assert_well(at)
    assert charts(at) or "reveal" not in kept, "the rest of the page is there"
    said = [w.value for w in at.warning]
    for widget in asked:
        told = [w for w in said if f"{widget.key}=no-such-thing, which cannot be used: " in w]
        assert told, (widget.key, said)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_control_answers_nonsense_in_the_link_with_a_sentence(slug):
    at = opened(slug, reveal="true")
    assert controls(at)
    assert_each_is_told(at, slug, {"reveal": "true"})


@pytest.mark.parametrize("slug", SLUGS)
def test_so_does_every_control_of_the_other_views(slug):
    """Before the prediction, so that nothing is trained: the notices are there already."""
    for view in views(opened(slug))[1:]:
        assert_each_is_told(opened(slug, view=view), slug, {"view": view})


def test_a_slip_in_a_name_of_ours_is_told_and_what_is_somebody_elses_is_left_alone():
    at = opened("matrix_sizes", reveal="true", szies="3-4", fbclid="x", utm_source="mail")
    assert_well(at)
    (said,) = at.warning
    assert "szies" in said.value and "Is it sizes?" in said.value
    assert set(at.query_params) == {"reveal", "fbclid", "utm_source"}


def controls(at: AppTest) -> list:
    """All controls bound to the link."""
    kinds = (
        at.slider,
        at.select_slider,
        at.selectbox,
        at.text_input,
        at.toggle,
        at.segmented_control,
        at.pills,
        at.number_input,
    )
    found = [w for kind in kinds for w in kind]
    return [
        w
        for w in found
        if w.key and not w.key.endswith("_prediction") and not w.key.startswith("share")
    ]


def control_keys(at: AppTest) -> list[str]:
    return [w.key for w in controls(at)]


SWITCHES = {"view"}
TOGETHER = 3  # controls at their upper ends, and as many at their lower ends: one run for six


def find(at: AppTest, key: str):
    return next((w for w in controls(at) if w.key == key), None)


def ends(widget) -> list:
    """The values at both ends of a control (every option of a switch)."""
    if widget.type in ("slider", "number_input"):
        return [widget.min, widget.max]
    if widget.type == "toggle":
        return [True, False]
    if widget.type == "text_input":
        return []
    options = [option for option in widget.options if option != own_data.NAME]  # trains nothing
    return [_value(widget, options[0]), _value(widget, options[-1])]


def _value(widget, label: str) -> object:
    """What AppTest takes for an option: its label, but for a share that is said in percent."""
    share = widget.type == "select_slider" and label.endswith("%")
    return float(label.removesuffix("%")) / 100 if share else label


def move(at: AppTest, asked: dict[str, int]) -> Callable[[], None]:
    """Controls to one of their `ends` each, in one run that nothing goes wrong in; sets them back,
    without a run.
    """
    before, values = {}, {}
    for key, end in asked.items():
        widget = find(at, key)
        if widget is not None and ends(widget):
            before[key], value = widget.value, ends(widget)[end]
            values[key] = [value] if isinstance(widget.value, list) else value
            widget.set_value(values[key])
    at.run()
    assert not at.exception, f"{values}: {[e.value for e in at.exception]}"
    for error in at.error:
        assert len(error.value) > 20, values  # a sentence, not a traceback

    def put_back() -> None:
        for key, value in before.items():
            if (widget := find(at, key)) is not None:
                widget.set_value(value)

    return put_back


@pytest.mark.parametrize("slug", SLUGS)
def test_both_ends_of_every_control(slug, no_training):
    at = opened(slug, reveal="true")
    assert_well(at)
    keys = control_keys(at)
    switches, others = (
        [key for key in keys if key in SWITCHES],
        [key for key in keys if key not in SWITCHES],
    )
    for key in switches:
        put_back = move(at, {key: -1})
        put_back(), at.run()  # the other controls come back with it
    put_back = None
    size = min(
        TOGETHER, len(others) // 2
    )  # two groups at least: no control is at both ends at once
    groups = [others[i : i + size] for i in range(0, len(others), size)]
    for group, following in zip(groups, [*groups[1:], groups[0]], strict=True):
        asked = dict.fromkeys(group, -1) | {key: 0 for key in following if key not in group}
        if put_back:
            put_back()
        put_back = move(at, asked)
        if at.error:  # a refusal ends the page: each alone, then
            for key, end in asked.items():
                put_back()
                put_back = move(at, {key: end})


@pytest.mark.parametrize("slug", SLUGS)
def test_a_run_of_what_is_known_computes_nothing_again(slug, monkeypatch):
    """No frame is made, nor a part of one: tables behind figures are made when they are opened."""
    at = opened(slug, reveal="true")
    assert_well(at)
    made, make = [], NDFrame.__init__

    def count(self, *args, **more):
        made.append("".join(traceback.format_stack(limit=8)))
        make(self, *args, **more)

    monkeypatch.setattr(NDFrame, "__init__", count)
    assert_well(at.run())
    assert charts(at) and not made, made[0]
