"""The app as a person meets it: a server of its own and a real browser, for the gallery and the
browser tests.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

APP = Path(__file__).resolve().parents[1] / "streamlit_app.py"
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-browser",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NOISE = re.compile(r"/_stcore/")
"""Where console errors come from that are not ours: Streamlit looks for its own server in several
places.
"""
PATIENCE = 180  # seconds; the machine may be busy


def find_browser() -> str | None:
    """The path of the system's Chromium or Chrome; None where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def is_our_error(message: Any) -> bool:
    """Whether a message of the browser's console is an error of our own making."""
    return message.type == "error" and not NOISE.search(
        f"{message.text} {message.location.get('url', '')}"
    )


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def server(**environment: str) -> Iterator[str]:
    """The address of a fresh server of the app, on a free port; ends with the block.

    Raises RuntimeError with the server's last words where it does not come up.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        started(APP, Path(folder) / "server.log", **environment) as (address, _),
    ):
        yield address


@contextmanager
def shared_server(folder: Path, **environment: str) -> Iterator[str]:
    """`server` for all processes that name the same folder: the first starts it, and ends it once
    the others have left.
    """
    folder.mkdir(exist_ok=True)
    known, mine = folder / "address", folder / f"{os.getpid()}.user"
    with ExitStack() as ours:
        with _alone(folder):
            mine.touch()
            first = not known.exists()
            if first:
                known.write_text(ours.enter_context(server(**environment)), encoding="utf-8")
        try:
            yield known.read_text(encoding="utf-8")
        finally:
            mine.unlink()
            while first:
                with _alone(folder):
                    if not any(_lives(int(user.stem)) for user in folder.glob("*.user")):
                        known.unlink()  # who comes later starts another
                        break
                time.sleep(0.2)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: a folder is made by one only."""
    lock = folder / "lock"
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            time.sleep(0.05)
    try:
        yield
    finally:
        lock.rmdir()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def started(
    app: Path, log: Path, port: int = 0, folder: Path | None = None, **environment: str
) -> Iterator[tuple[str, subprocess.Popen]]:
    """`server` of any Streamlit script, which writes into `log`: its address and its process.

    port: a free one where it is 0; folder: where it is started, else that of the script.
    """
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless", "true"]
    command += [
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
        "--server.fileWatcherType",
        "none",
    ]
    command += ["--browser.gatherUsageStats", "false"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder or app.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
        )
    try:
        _wait_until_healthy(process, address, log)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(process: subprocess.Popen, address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(
        f"the server did not come up: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
    )


IDLE = """async () => {
  const idle = () => {
    const app = document.querySelector("[data-testid=stApp]")?.dataset
    return app?.testConnectionState === "CONNECTED" && app.testScriptState === "notRunning"
      && !document.querySelector("[data-testid=stSkeleton], [data-testid=stProgress]")
  }
  for (let quiet = 0, looks = 0; looks < 40; looks++) {
    quiet = idle() ? quiet + 1 : 0
    await new Promise(over => setTimeout(over, 120))
    if (quiet === 4) return true
  }
  return false
}"""
"""Looks from inside the page, at most for some seconds: asked from outside, each look would cost
the browser, its driver and us three messages.
"""


def wait_idle(page: Any) -> None:
    """Until a script run is over and nothing is still being drawn, four looks in a row."""
    from playwright.sync_api import Error

    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if page.evaluate(IDLE):
                return
        except Error:  # the page was left for another meanwhile
            page.wait_for_timeout(120)  # raises where it was closed
    raise TimeoutError(f"{page.url} is still at work after {PATIENCE} seconds")
