"""The colours that the app puts in place of Streamlit's are readable on the papers they stand
on.
"""

import tomllib

import pytest
from conftest import ROOT

from weightkit.charts.grammar import contrast
from weightkit.ui import style

THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


@pytest.mark.parametrize("dark", [False, True])
def test_highlighted_code_is_readable(dark):
    paper = THEMES["dark" if dark else "light"]["codeBackgroundColor"]
    assert len(style.CODE_COLOURS[dark]) == len(style.TOKENS)
    for colour in style.CODE_COLOURS[dark]:
        assert contrast(colour, paper) >= 4.5, colour
        assert colour in style.code_style(dark)
