"""Each picture is drawn once, however many readers look at it at the same time."""

import threading
import time

import pandas as pd
import pytest

from weightkit.charts import remembered as module
from weightkit.charts.remembered import remembered


@pytest.fixture
def draw(monkeypatch):
    monkeypatch.setattr(module, "_drawn", type(module._drawn)())
    calls = []

    @remembered
    def drawing(frame, what="accuracy", wide=False, **more):
        calls.append((len(frame), what, wide))
        time.sleep(0.02)
        return object()

    drawing.calls = calls
    return drawing


def test_same_frame_and_words_same_picture(draw):
    frame = pd.DataFrame({"a": [1.0]})
    assert draw(frame) is draw(frame)
    assert draw(frame, "loss") is not draw(frame)
    assert draw(frame, wide=True) is not draw(frame)
    assert draw(frame, colours={"a": [1, 2]}) is draw(frame, colours={"a": (1, 2)})
    assert len(draw.calls) == 4


def test_an_equal_frame_is_another_frame(draw):
    assert draw(pd.DataFrame({"a": [1.0]})) is not draw(pd.DataFrame({"a": [1.0]}))


def test_what_cannot_be_a_key_is_drawn_each_time(draw):
    frame = pd.DataFrame({"a": [1.0]})
    assert draw(frame, {1, 2}) is not draw(frame, {1, 2})


def test_readers_at_the_same_time_share_one_drawing(draw):
    frame, got = pd.DataFrame({"a": [1.0]}), []
    threads = [threading.Thread(target=lambda: got.append(draw(frame))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, got))) == 1 and len(draw.calls) == 1
    assert not module._under_way


def test_old_pictures_go(draw, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    frame = pd.DataFrame({"a": [1.0]})
    first = draw(frame, "a")
    draw(frame, "b")
    assert draw(frame, "a") is first  # used again: "b" is now the oldest
    draw(frame, "c")
    assert draw(frame, "a") is first and len(module._drawn) == 2


def test_a_failed_drawing_is_tried_again(monkeypatch):
    tries = []

    @remembered
    def fails(frame):
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("once")
        return "picture"

    frame = pd.DataFrame({"a": [1.0]})
    with pytest.raises(ValueError, match="once"):
        fails(frame)
    assert fails(frame) == "picture" and not module._under_way
