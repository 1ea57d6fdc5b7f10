"""Every experiment's operations run on one core each: on two, a barrier after each of them is most
of the time.
"""

import importlib

import pytest
import torch

from benchmarks import corners
from weightkit.stopping import stoppable

WORKS = {(v.lesson, v.work): v for v in corners.VIEWS}


@pytest.mark.parametrize("view", WORKS.values(), ids=["-".join(key) for key in WORKS])
def test_a_run_takes_one_core_and_puts_the_number_back(view):
    module, seen = importlib.import_module(f"weightkit.lessons.{view.lesson}"), set()
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with stoppable(lambda: seen.add(torch.get_num_threads())):
            getattr(module, view.work)(corners.made(view, corners.smallest(view)))
        assert seen == {1}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
