"""A server that is told to stop while a training runs."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .client import Session
from .server import serve

APP = Path(__file__).parents[2] / "streamlit_app.py"
LONG = {"n_stds": "25", "n_seeds": "10", "epochs": "50", "reveal": "true"}


@dataclass(frozen=True)
class End:
    """How a server ended: its exit code (negative: the signal that killed it), after how many
    seconds, its last words.
    """

    code: int
    seconds: float
    said: str


def stopped(
    how: signal.Signals = signal.SIGTERM, after: float = 1.0, patience: float = 30.0
) -> End:
    """Start a server, let a long training run for `after` seconds, send the signal, and see how it
    ends.
    """

    async def visit() -> End:
        async with Session(server.url, "variance_sweep", LONG) as session:
            await session.until(lambda: session.seen.get("progress") and server.jobs())
            await asyncio.sleep(after)
            start = time.monotonic()
            server.process.send_signal(how)
            code = await asyncio.to_thread(server.process.wait, patience)
            return End(
                code,
                time.monotonic() - start,
                server.log.read_text(encoding="utf-8", errors="replace"),
            )

    with (
        tempfile.TemporaryDirectory() as folder,
        serve(APP, Path(folder), WEIGHTKIT_WARM="0") as server,
    ):
        return asyncio.run(visit())
