"""The page's icon in the browser's tab: a file of ours. Each browser would ask Google's font server
for a Material one.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

FILE = Path(__file__).with_name("favicon.svg")


def show() -> None:
    """Set it. Call it last: Streamlit imports numpy and Pillow for it, and text and controls come
    first.
    """
    st.set_page_config(page_icon=FILE)
