"""Shared by all tests: tiny data, and where the real data are."""

import gc
import os
import sys
from functools import cache
from pathlib import Path

import hypothesis
import pytest
import torch

from benchmarks.load import replicas
from tools import live
from weightkit.datasets import Dataset

for idle in ("WEIGHTKIT_IDLE", "WEIGHTKIT_WARM"):  # trainings that no test has asked for
    os.environ.setdefault(idle, "0")
AS_IT_IS = hypothesis.settings()  # which is another where CI says what it is
hypothesis.settings.register_profile("shared machine", AS_IT_IS, deadline=None)
hypothesis.settings.load_profile("shared machine")
ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"


def pytest_collection_finish() -> None:
    """What is the same for all tests of a process is done once.

    Libraries and tests stay: the garbage collector need not look through them again and again.
    Every AppTest looks through all installed packages for components, a fifth of a second of work.
    """
    gc.collect()
    gc.freeze()
    if "streamlit" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The system's Chromium or Chrome; where there is none the test skips, and fails if
    WEIGHTKIT_NEED_BROWSER is 1.
    """
    path = live.find_browser()
    if path is None:
        reason = f"none of {', '.join(live.BROWSERS)} is installed"
        if os.environ.get("WEIGHTKIT_NEED_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def servers() -> None:
    """Redis and HAProxy are installed; where they are not the test skips, and fails if
    WEIGHTKIT_NEED_SERVERS is 1.
    """
    if replicas.missing():
        reason = f"not installed: {', '.join(replicas.missing())}"
        if os.environ.get("WEIGHTKIT_NEED_SERVERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def real_data(monkeypatch):
    """The folder with real MNIST and red wine, in place; skips where it is absent."""
    if not (REAL_DATA / "mnist_test.csv.gz").exists():
        pytest.skip(f"no real data at {REAL_DATA}")
    monkeypatch.setenv("WEIGHTKIT_DATA", str(REAL_DATA))
    return REAL_DATA


def make_dataset(task="multiclass", features=6, classes=4, n=200, seed=0) -> Dataset:
    """Separable random data."""
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(n, features, generator=g)
    if task == "binary":
        y = (x @ torch.randn(features, generator=g) > 0).float()
    else:
        y = (x @ torch.randn(features, classes, generator=g)).argmax(1)
    cut = n - n // 10
    return Dataset("made", x[:cut], y[:cut], x[cut:], y[cut:], task, "made", "made")


@pytest.fixture
def multiclass():
    return make_dataset()


@pytest.fixture
def binary():
    return make_dataset("binary")
