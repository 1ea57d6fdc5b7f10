"""What results are counted with is what they take."""

import subprocess
import sys
import textwrap

import pytest
from conftest import ROOT

from weightkit.ui import memory

MEASURE = textwrap.dedent("""
    import gc, importlib, sys
    from weightkit.ui import memory
    from weightkit.ui.store import size_of

    def resident():
        memory._last = -1e9
        memory.give_back()
        return 1024 * next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))

    memory.frugal()
    experiment = importlib.import_module("weightkit.lessons." + sys.argv[1])
    results = lambda first, n: [experiment.run(experiment.Config(seed=first + i, **eval(sys.argv[2]))) for i in range(n)]
    results(9000, 8)
    before = resident()
    held = results(0, int(sys.argv[3]))
    print((resident() - before) / sum(map(size_of, held)))
    """)


@pytest.mark.skipif(memory._glibc() is None, reason="reads /proc")
@pytest.mark.parametrize(
    ("experiment", "settings", "number"),
    [("freezing", {"epochs": 1, "n_seeds": 1}, 100), ("matrix_sizes", {}, 300)],
)
def test_small_results_are_counted_with_what_they_take(experiment, settings, number):
    command = [sys.executable, "-c", MEASURE, experiment, repr(settings), str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0.4 < float(done.stdout) < 1.3
