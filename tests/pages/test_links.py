"""Links that nobody made for us: too long, empty, invalid; the page stays, and what it shares is
what it shows.
"""

import logging

import pytest
from pages_helpers import opened, well

from tools.presets import pages_seen
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
    monkeypatch.setattr("weightkit.ui.qr.BYTES", 5)
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
