"""SIGTERM and Ctrl-C while a training runs; `python -m benchmarks.hostile stops` does it twenty
times.
"""

import signal

import pytest

from benchmarks.load.ends import stopped
from benchmarks.load.server import SIGNS_OF_TROUBLE

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_in_mid_training_ends_cleanly_and_soon(how):
    end = stopped(how)
    assert end.code == 0, end.said[-500:]
    assert end.seconds < 6.0
    assert not [sign for sign in ("terminate called", *SIGNS_OF_TROUBLE) if sign in end.said], (
        end.said[-500:]
    )
