"""Links that nobody made for us: too long, empty, invalid; the page stays, and what it shares is
what it shows.
"""

import logging

import pytest
from pages_helpers import opened, well
from streamlit.runtime.state import QueryParamsProxy

from tools.presets import PRESET, pages_seen
from weightkit.ui.lessons import LESSONS
from weightkit.ui.outside import shown

SLUGS = [lesson.slug for lesson in LESSONS]


@pytest.mark.parametrize(
    ("slug", "key"),
    [("variance_sweep", "dataset"), ("xavier_kaiming", "scheme"), ("weight_changes", "view")],
)
def test_a_name_without_a_value_is_told_and_the_default_is_taken(slug, key):
    at = opened(slug, **{key: ""})
    assert not at.exception and not at.error, [e.value for e in at.error]
    assert any(f"{key}=(nothing)" in shown(w.value) for w in at.warning), [
        w.value for w in at.warning
    ]


@pytest.mark.parametrize("text", ["x" * 5000, "10-" * 2000, "!"])
def test_the_shared_link_carries_what_is_shown_and_its_panel_opens(text):
    with pages_seen() as seen:
        at = opened("matrix_sizes", reveal="true", sizes=text)
        at.session_state["share"] = True
        at.run()
    assert not at.exception, [e.value for e in at.exception]
    assert "sizes" not in seen[-1].query(), "the default is shown"
    assert len(at.warning[0].value) < 1000
    assert at.get("image"), "a QR code"


def test_a_link_too_long_for_a_code_is_shared_all_the_same(monkeypatch):
    monkeypatch.setattr("weightkit.charts.qr.BYTES", 5)
    at = opened("matrix_sizes", reveal="true")
    at.session_state["share"] = True
    well(at.run())
    assert any("too long" in c.value for c in at.caption) and not at.get("image")


def test_refused_settings_are_no_line_in_the_log(caplog):
    with caplog.at_level(logging.INFO):
        at = opened(
            "signal_propagation",
            reveal="true",
            view="Depth contest",
            contest_width="256",
            contest_depth="50",
            contest_epochs="100",
            contest_inits=["xavier_normal", "kaiming_normal", "normal"],
            contest_n_seeds="10",
        )
    assert at.error, "refused"
    assert not [r for r in caplog.records if r.name.startswith("weightkit")]


@pytest.fixture
def sent(monkeypatch):
    """Every link that pages send to the address bar, in order."""
    links, send = [], QueryParamsProxy.from_dict

    def record(self, link):
        links.append(dict(link))
        send(self, link)

    monkeypatch.setattr(QueryParamsProxy, "from_dict", record)
    return links


def test_while_a_page_is_drawn_the_link_keeps_what_stands_further_down(sent):
    at = well(opened("weight_changes", reveal="true", epochs="4", n_seeds="2", epoch="2"))
    well(at.slider(key="epoch").set_value(3).run())
    well(at.select_slider(key="l2").set_value(0.01).run())
    assert sent and all("epoch" in link for link in sent), sent
    assert sent[-1]["epoch"] == ["3"]
    well(at.slider(key="epoch").set_value(4).run())
    assert "epoch" not in sent[-1], "all of them is the default"


def test_a_link_that_is_still_under_way_does_not_have_the_last_word(sent):
    """A reader far away asks for epoch 3 and, before the answer is there, for epoch 2 again."""
    at = well(opened("weight_changes", reveal="true", epochs="4", n_seeds="2", epoch="2"))
    before = dict(at.query_params)
    well(at.slider(key="epoch").set_value(3).run())
    assert sent[-1]["epoch"] == ["3"]
    at.query_params.clear()
    at.query_params.update(before)
    well(at.slider(key="epoch").set_value(2).run())
    assert sent[-1]["epoch"] == ["2"]


def test_a_reader_who_predicts_again_shares_a_link_that_asks(sent):
    at = well(opened("weight_changes", reveal="true", epochs="4", n_seeds="2", epoch="2"))
    before = dict(at.query_params)
    well(at.button(key="predict_again").click().run())
    assert "reveal" not in sent[-1] and sent[-1]["epoch"] == ["2"]
    at.query_params.update(before)  # the browser has not heard of it yet
    well(at.select_slider(key="l2").set_value(0.01).run())
    assert "reveal" not in sent[-1]


def test_a_view_that_was_left_leaves_nothing_in_the_link_before_the_prediction(sent):
    at = well(opened("xavier_kaiming", scheme="kaiming_normal", negative_slope="1"))
    well(at.radio(key=PRESET).set_value("On to the contest").run())
    assert sent[-1] == {"view": ["Contest"]}
    well(at.segmented_control(key="view").set_value("Distributions").run())
    assert sent[-1] == {"scheme": ["kaiming_normal"], "negative_slope": ["1"]}
