"""The colours that the app puts in place of Streamlit's are readable on the papers they stand
on.
"""

import tomllib

import pytest
from conftest import ROOT

from weightkit.charts.grammar import contrast
from weightkit.ui import code_style

THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


@pytest.mark.parametrize("dark", [False, True])
def test_highlighted_code_is_readable(dark):
    paper = THEMES["dark" if dark else "light"]["codeBackgroundColor"]
    assert len(code_style.CODE_COLOURS[dark]) == len(code_style.TOKENS)
    for colour in code_style.CODE_COLOURS[dark]:
        assert contrast(colour, paper) >= 4.5, colour
        assert colour in code_style.code_style(dark)
