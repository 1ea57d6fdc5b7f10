"""python -m tests.truth --examples 2000 --undrawn [VIEW ...]: the fuzzer, at length."""

from __future__ import annotations

import argparse
import time
import traceback
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from weightkit.datasets import Dataset

from . import undrawn

from .views import check_of, config_of, drawn_by, no_images, views  # isort: skip  which says where the data are
from .drawing import SECONDS
from .drawing import settings as drawn
from .prose import TABLES, faults

CODE = ("a gradient of None", "cleared to None", "gradient is None", "leaves None", "None:")
"""What may be said of None, which is a gradient in PyTorch."""


def findings(name: str, view: Any, config: Any) -> list[str]:
    """Everything that is wrong with one run and what is told of it, a line each."""
    result = view.run(config)
    story = view.tell(config, result)
    try:
        given = tuple(check_of(name)(config, result, story) or ())
    except AssertionError as problem:
        place = traceback.extract_tb(problem.__traceback__)[-1]
        return [f"{place.name}, line {place.lineno}, {place.line} {problem}"]
    wrong = [fault for fault in given if isinstance(fault, str)]
    figures = [figure for figure in given if not isinstance(figure, str)]
    dataset = getattr(config, "dataset", None)
    if no_images(name) or isinstance(dataset, Dataset):
        dataset = TABLES[0]
    return wrong + faults(view.ask(config), story, dataset, *figures, code=CODE)


def look_at(
    name: str, view: Any, examples: int, number: int, kinds: dict[str, str], seconds: float
) -> tuple[int, int]:
    """(examples run, examples with a finding) of a view; one finding of each kind goes into
    `kinds`.
    """
    counted = [0, 0]

    def look(config: Any) -> None:
        try:
            found = findings(name, view, config)
        except Exception as problem:
            found = [f"{type(problem).__name__}: {problem}"]
        counted[0] += 1
        counted[1] += bool(found)
        for line in found:
            kinds.setdefault(f"{name}: {line[:60]}", f"{line}\n    {config}")

    how = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    space = drawn(config_of(view), drawn_by(name), seconds)
    seed(number)(how(given(space)(look)))()
    return counted[0], counted[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("views", nargs="*")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="what an example may cost")
    parser.add_argument("--undrawn", action="store_true", help=undrawn.__doc__)
    asked = parser.parse_args()
    if asked.undrawn:
        undrawn.undrawn()
    kinds: dict[str, str] = {}
    total, began = 0, time.perf_counter()
    for name, view in views().items():
        if asked.views and name not in asked.views:
            continue
        ran, wrong = look_at(name, view, asked.examples, asked.seed, kinds, asked.seconds)
        total += ran
        print(f"{name}: {ran} examples, {wrong} with a finding", flush=True)
    for line in kinds.values():
        print("-", line)
    print(f"{total} examples, {len(kinds)} kinds of findings, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
