"""What a designer would see at once, measured in the browser: rows that do not line up, words that
are cut, wrapped or over each other, a page wider than its window.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
FITTED = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].every(chart => {
  const svg = chart.querySelector("svg.marks")
  return !svg || Math.abs(svg.getAttribute("width") - chart.clientWidth) < 2
})"""
"""Whether Streamlit has drawn all charts for the window as it is now."""
STILL = """async () => {
  const places = () => JSON.stringify(
    ["stSidebar", "stMain", "stVegaLiteChart", "stExpander", "stColumn"].flatMap(name =>
      [...document.querySelectorAll(`[data-testid=${name}]`)].map(e => e.getBoundingClientRect())))
  const moves = () => document.getAnimations().some(a =>
    a.playState === "running" && a.effect.getComputedTiming().endTime < Infinity)
  for (let still = 0, before = ""; still < 6;) {
    await new Promise(requestAnimationFrame)
    const now = places()
    still = now === before && !moves() ? still + 1 : 0
    before = now
  }
}"""
"""Waits until nothing has moved for six frames, a tenth of a second where nobody else works."""
TO_TOP = "() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)"
"""A phone's first chart stays in sight, over what scrolls by below it."""


def wait_still(page: Any) -> None:
    """Until all is in its place after the window has changed: the sidebar slides, what comes into
    sight is drawn.
    """
    page.wait_for_function(FITTED)
    page.evaluate(STILL)


def faults(page: Any, width: int, height: int = 800) -> list[str]:
    """One line for each fault of the page that is open, in a window of this size."""
    page.mouse.move(0, 0)  # a chart under it shows its buttons
    page.set_viewport_size({"width": width, "height": height})
    wait_still(page)
    page.evaluate(TO_TOP)
    return [f"{width}: {fault}" for fault in dict.fromkeys(page.evaluate(SCRIPT))]
