"""Results show themselves: every lesson's, by the grain of its frames."""

import importlib
import inspect
from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit.frames import Frames, frames_of, grain, keys
from weightkit.lessons import matrix_sizes
from weightkit.ui.lessons import LESSONS


def views():
    for entry in LESSONS:
        lesson = importlib.import_module(f"weightkit.lessons.{entry.slug}")
        modules = [view.module for view in lesson.VIEWS] if hasattr(lesson, "VIEWS") else [lesson]
        yield from (m for m in modules if hasattr(m, "run"))


@pytest.mark.parametrize("view", list(views()), ids=lambda m: m.__name__.split("lessons.")[1])
def test_every_lessons_result_shows_itself(view):
    kind = inspect.get_annotations(inspect.unwrap(view.run), eval_str=True)["return"]
    if kind is not pd.DataFrame:
        assert issubclass(kind, Frames) and kind.__repr__ is Frames.__repr__


def test_a_run_is_shown_by_its_frames_and_not_by_their_rows():
    result = matrix_sizes.run()
    shown, printed = result._repr_html_(), repr(result)
    for name, frame in result.frames.items():
        assert getattr(result, name) is frame
        assert f"<th>{name}</th><td>{len(frame):,}</td>" in shown
        assert f"  {name}: {len(frame):,} row" in printed
    assert len(printed.splitlines()) == 1 + len(result.frames)
    assert inspect.getdoc(type(result)).splitlines()[0] in shown


def test_the_grain_is_the_first_columns_that_tell_rows_apart():
    frame = pd.DataFrame(
        {"seed": [0, 0, 1, 1], "epoch": [0, 1, 0, 1], "loss": [3.0, 2.0, 3.0, 1.0]}
    )
    assert grain(frame) == "per seed (2) and epoch (2)"
    assert keys(frame.head(1)) == [] and grain(frame.head(1)) == "" == grain(frame.head(0))
    assert grain(pd.concat([frame, frame])).endswith("some of them equal")


@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, float("nan")])] * 3), max_size=12))
def test_no_shorter_beginning_tells_rows_apart(rows):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], dtype=float)
    n = len(keys(frame))
    groups = [len(set(map(str, (row[:k] for row in rows)))) for k in range(4)]
    apart = [k for k in range(4) if groups[k] >= len(rows)]
    assert n == (apart[0] if apart else 3)


def test_markup_in_a_frame_is_text():
    @dataclass(frozen=True, repr=False)
    class Made(Frames):
        """<b>"""

        a: pd.DataFrame

    shown = Made(pd.DataFrame({"<i>": ["<script>", "x"]}))._repr_html_()
    assert "<script>" not in shown and "<i>" not in shown and "<b>" not in shown


def test_what_holds_no_frames_is_refused():
    for nothing in (3, {"a": 1}, None):
        with pytest.raises(TypeError):
            frames_of(nothing)
