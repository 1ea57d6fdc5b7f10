"""The app's own theme, .streamlit/config.toml: known to Streamlit, readable, and the paper that the
charts are made for.
"""

import json
import re
import tomllib

import pytest
from conftest import ROOT

from weightkit.charts import grammar
from weightkit.ui import style

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def test_every_key_of_the_config_is_known_to_streamlit():
    from streamlit import config

    known = set(config.get_config_options(force_reparse=False))

    def keys(table, path=""):
        for key, value in table.items():
            yield from keys(value, f"{path}{key}.") if isinstance(value, dict) else [f"{path}{key}"]

    assert [key for key in keys(CONFIG) if key not in known] == []


def test_a_reader_sees_no_traceback_and_no_page_list():
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["browser"]["gatherUsageStats"] is False


@pytest.mark.parametrize(("mode", "dark"), [("light", False), ("dark", True)])
def test_the_apps_texts_are_readable(mode, dark):
    part = CONFIG["theme"][mode]
    assert part["backgroundColor"] == grammar.PAPER[dark]
    papers = [
        part["backgroundColor"],
        part["secondaryBackgroundColor"],
        part["sidebar"]["backgroundColor"],
    ]
    for paper in papers:
        assert grammar.contrast(part["textColor"], paper) >= 7
        assert grammar.contrast(part["linkColor"], paper) >= 4.5
        assert (
            grammar.contrast(part["primaryColor"], paper) >= 4.5
        )  # slider values, chosen pills and tabs
        caption = grammar.mix(
            part["textColor"], paper, 0.4
        )  # Streamlit: captions and axis labels at 60 %
        assert grammar.contrast(caption, paper) >= 4.5
    on_primary = "#FFFFFF" if not dark else re.search(r"color: (#\w{6})", style.DARK_STYLE)[1]
    assert grammar.contrast(on_primary, part["primaryColor"]) >= 4.5
    for key, n in (("chartSequentialColors", 10), ("chartDivergingColors", 10)):
        assert len(part[key]) == n
    for colour in part["chartCategoricalColors"]:
        assert grammar.contrast(colour, part["backgroundColor"]) >= 3
    assert grammar.contrast(grammar.MUTED[dark], grammar.PAPER[dark]) >= 4.5


def test_no_font_comes_from_the_network():
    assert "http" not in json.dumps(CONFIG["theme"])
