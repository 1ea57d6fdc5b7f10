"""The page's icon in the browser's tab: a file of ours. Each browser would ask Google's font server
for a Material one.
"""

from __future__ import annotations

import sys
from typing import Any

import streamlit as st

FILE = "app/static/favicon.svg"  # an address: Streamlit would read a file in every run


def cheap() -> dict[str, Any]:
    """What `st.set_page_config` is given at the start of a run: nothing, on a cold server.

    Streamlit imports numpy and Pillow for it, and text and controls come first.
    """
    return {"page_icon": FILE} if "PIL" in sys.modules else {}


def show() -> None:
    """Set it, where the start could not. Call it last."""
    st.set_page_config(page_icon=FILE)
