"""Downloads from openml.org through scikit-learn, which keeps them; within a time, and one at a
time.
"""

from __future__ import annotations

import gzip
import json
import os
import urllib.request
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from threading import enumerate as enumerate_threads
from typing import Any
from urllib.parse import urlparse

from .lazy import np
from .tables import Table

TIMEOUT = 5.0  # seconds until openml.org counts as out of reach
LISTING = "https://www.openml.org/api/v1/json/data/list/data_name/{}/limit/2/data_version/1"
_downloading = Lock()


def fetch(name: str, label: str) -> Table:
    """Features and then the label; whatever goes wrong is raised, TimeoutError after `TIMEOUT` for
    all of it.
    """

    def download() -> Table:
        from sklearn.datasets import fetch_openml

        if not is_cached(name):
            # scikit-learn retries for seconds, so knock first.
            with urllib.request.urlopen(LISTING.format(name), timeout=TIMEOUT):
                pass
        bunch = fetch_openml(
            name, version=1, as_frame=True, parser="pandas", n_retries=1, delay=0.01
        )
        x, y = bunch.data.to_numpy(dtype=np.float64), bunch.target.to_numpy().astype(np.float64)
        return Table(
            f"OpenML's {name}", (*map(str, bunch.data.columns), label), np.column_stack([x, y])
        )

    return _within(TIMEOUT, download)


def _within(seconds: float, download: Callable[[], Table]) -> Table:
    """download(), or TimeoutError after so many seconds: neither scikit-learn nor a slow server
    knows a limit for the whole.

    What does not answer is left alone in a thread of its own, of which there is one at a time.
    """
    answers: list[Any] = []

    def answer() -> None:
        try:
            answers.append(download())
        except Exception as error:
            answers.append(error)

    with _downloading:
        before = next(
            (thread for thread in enumerate_threads() if thread.name == "weightkit-download"), None
        )
        if before is not None:
            raise TimeoutError("an earlier download has not answered yet")
        thread = Thread(target=answer, name="weightkit-download", daemon=True)
        thread.start()
    thread.join(seconds)
    if not answers:
        raise TimeoutError(f"no answer within {seconds:g} seconds")
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]


def is_cached(name: str) -> bool:
    """Whether scikit-learn's cache holds the data; follows its files from listing to description to
    data.
    """
    home = Path(os.environ.get("SCIKIT_LEARN_DATA") or "~/scikit_learn_data").expanduser()
    root = home / "openml" / "openml.org"

    def cached(url: str) -> Path:
        return root / (urlparse(url).path.lstrip("/") + ".gz")

    try:
        listing = json.loads(gzip.decompress(cached(LISTING.format(name)).read_bytes()))
        number = listing["data"]["dataset"][0]["did"]
        description = json.loads(
            gzip.decompress((root / f"api/v1/json/data/{number}.gz").read_bytes())
        )
        return cached(description["data_set_description"]["url"]).is_file()
    except (OSError, EOFError, ValueError, LookupError, TypeError):
        return False
