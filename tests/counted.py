"""A runner that counts what happens to its jobs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from weightkit.ui import jobs


class JobRunner(jobs.JobRunner):
    """As the server's; `observe` counts."""

    def __init__(self, *given: Any, **named: Any):
        self.counts: Counter[str] = Counter()
        super().__init__(*given, observe=self._count, **named)

    def _count(self, job: jobs.Job, event: str, running: int) -> None:
        self.counts[event] += 1

    def stats(self) -> dict[str, int]:
        """Counts since the start, and what is there now.

        ``started``, ``finished``, ``failed``, ``cancelled`` (ended while running or given way),
        ``dropped`` (left the queue unstarted); ``running``, ``queued`` now; ``kept`` results, their
        ``bytes`` (bounded) and
        ``pinned_bytes``.
        """
        with self._lock:
            counts = {
                name: self.counts[name]
                for name in ("started", "finished", "failed", "cancelled", "dropped")
            }
            return counts | {
                "running": len(self._running),
                "queued": len(self._readers) + len(self._warm),
                "kept": len(self._store),
                "bytes": self._store.bytes,
                "pinned_bytes": self._store.pinned_bytes,
            }
