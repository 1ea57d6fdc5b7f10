"""What results are counted with is what they take."""

import subprocess
import sys
import textwrap

import pandas as pd
import pytest
from conftest import ROOT

from weightkit.ui import memory
from weightkit.ui.store import OVERHEAD, size_of

MEASURE = textwrap.dedent("""
    import gc, importlib, sys
    from weightkit.ui import memory, running
    from weightkit.ui.store import size_of

    def resident():
        memory._last = -1e9
        memory.give_back()
        status = open("/proc/self/status").read().splitlines()
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    memory.frugal()
    view = importlib.import_module("weightkit.lessons." + sys.argv[1])
    work = running.telling(view) if sys.argv[4] == "told" else view.run
    settings = eval(sys.argv[2])
    results = lambda first, n: [work(view.Config(seed=first + i, **settings)) for i in range(n)]
    results(9000, 8)
    before = resident()
    held = results(0, int(sys.argv[3]))
    print((resident() - before) / sum(map(size_of, held)))
    """)
SMALL = {"epochs": 1, "n_seeds": 1}


@pytest.mark.skipif(memory._glibc() is None, reason="reads /proc")
@pytest.mark.parametrize(
    ("view", "settings", "number", "what"),
    [
        ("freezing", SMALL, 100, "run"),
        ("matrix_sizes.network", {}, 60, "told"),
        ("variance_sweep", SMALL | {"n_stds": 2}, 15, "told"),
    ],
)
def test_results_are_counted_with_what_they_take(view, settings, number, what):
    """Told ones with their charts, the specifications, and the bytes that are sent of them."""
    command = [sys.executable, "-c", MEASURE, view, repr(settings), str(number), what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0.5 < float(done.stdout) < 1.3


def test_what_is_shared_is_counted_once_and_what_belongs_to_the_program_not_at_all():
    frame = pd.DataFrame({"x": range(1000)})
    one = size_of(frame)
    assert size_of([frame, frame, {"again": frame}]) < one + 1000
    assert size_of(lambda: frame) == pytest.approx(one, abs=1000)  # its globals are the program's
    assert size_of([pd, size_of, dict, True]) < OVERHEAD + 500


def test_bytes_and_texts_count():
    assert size_of({"spec": "x" * 50_000, "tables": [b"y" * 70_000]}) > 120_000
