"""The JavaScript engine that draws pictures, vl-convert, in a child process that ends with the job.

In the server it would keep 80 to 240 MB for good. One child at a time.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

TIMEOUT = 180
"""Seconds that one child process may take."""

LIBRARY = Path(__file__).parent / "vega" / "vega.js.gz"

_ONE_AT_A_TIME = threading.Lock()

_CHILD = """
import base64, functools, json, re, sys
import vl_convert as vl
high = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
def raised(power):
    return f'<tspan baseline-shift="40%" font-size="0.7em">{power[0].translate(high)}</tspan>'
@functools.cache  # a zip has each chart as SVG and as PNG
def to_svg(spec):
    return vl.vegalite_to_svg(json.loads(spec), allowed_base_urls=[])
def draw(job):
    drawn = to_svg(json.dumps(job["spec"]))
    if job["format"] == "svg":
        return drawn
    drawn = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+(?=[^<>]*</text>)", raised, drawn)
    return base64.b64encode(vl.svg_to_png(drawn, scale=job["scale"])).decode()
answer = json.dumps([draw(job) for job in json.load(sys.stdin)])
sys.stdout.buffer.write(answer.encode())
"""
"""A PNG is drawn from the SVG, its powers as raised digits: where one letter of a text is not in
its font (⁻, ⁵), the engine draws all of the text in another, with serifs.
"""


class ExportError(RuntimeError):
    """A chart could not be drawn; the message is the last line of the engine's own."""


def convert(jobs: list[dict[str, Any]]) -> list[str]:
    """What the child makes of each job, in order. Raises ExportError."""
    return json.loads(run_child([sys.executable, "-I", "-c", _CHILD], jobs, "vl-convert"))


def run_child(command: list[str], asked: Any, name: str) -> bytes:
    """What a command writes when it is given `asked` as JSON; name: what it uses, for the message
    of an ExportError.
    """
    with _ONE_AT_A_TIME:
        try:
            done = subprocess.run(
                command, input=json.dumps(asked).encode(), capture_output=True, timeout=TIMEOUT
            )
        except subprocess.TimeoutExpired as error:
            raise ExportError(f"drawing took longer than {TIMEOUT} seconds") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [
            f"exit code {done.returncode}"
        ]
        raise ExportError(f"{name} could not draw the chart: {lines[-1]}")
    return done.stdout


@lru_cache(maxsize=1)
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script (0.9 MB): what vl-convert bundles, kept beside
    this file (`tools/vega.py`).
    """
    script = gzip.decompress(LIBRARY.read_bytes()).decode()
    return script.replace("</script", "<\\/script")
