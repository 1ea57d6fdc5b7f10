"""Results as bytes: every view's comes back as it was, and foreign bytes are refused."""

from dataclasses import dataclass, fields, is_dataclass

import pandas as pd
import pytest

from tests.truth.views import config_of, views
from weightkit.ui import sent, told_parcel
from weightkit.ui.parcel import SHAPE, Unfit, pack, unpack

SMALL = {
    "epochs": 1,
    "n_seeds": 1,
    "steps": 2,
    "pretrain_epochs": 1,
    "resolution": 11,
    "depth": 2,
    "n_stds": 3,
    "width": 8,
    "depths": (1,),
}


def same(one, other):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    elif is_dataclass(one):
        for field in fields(one):
            same(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == other


def small(config: type):
    """The cheapest of our settings that are allowed together."""
    values = {}
    for field in fields(config):
        least = SMALL.get(field.name, field.default)
        if isinstance(field.default, tuple):
            least = field.default[:1]
        try:
            config(**values, **{field.name: least})
        except ValueError:
            continue
        values[field.name] = least
    return config(**values)


@pytest.mark.parametrize("name", views())
def test_the_result_and_the_story_of_every_view_come_back_as_they_were(name, monkeypatch):
    view = views()[name]
    config = small(config_of(view))
    result = view.run(config)
    story = view.tell(config, result)
    parts = told_parcel.pack((result, story))
    told, again = view.tell, []

    def tell(*asked):
        again.append(asked)
        return told(*asked)

    monkeypatch.setattr(view, "tell", tell)
    back, heard = told_parcel.unpack(view, config, parts)
    same(result, back)
    assert heard.verdict == story.verdict and heard.headline == story.headline
    assert (heard.shows, heard.slips) == (tuple(story.shows), tuple(story.slips))
    assert len(heard.figures) == len(story.figures)
    for mine, theirs in zip(story.figures, heard.figures, strict=True):
        assert (mine.name, mine.title, mine.subtitle, mine.alt) == (
            theirs.name,
            theirs.title,
            theirs.subtitle,
            theirs.alt,
        )
        pd.testing.assert_frame_equal(mine.data, theirs.data)
        assert sent.prepared(mine) == sent.prepared(theirs)
    assert again == [], "what is sent is not made again"
    if story.figures:
        assert heard.figures[0].chart.to_dict() == story.figures[0].chart.to_dict()
        assert (heard.figures[-1].interactive is None) == (story.figures[-1].interactive is None)
    assert type(heard.facts) is type(story.facts)
    assert len(again) == 1, "the rest is, once"


@dataclass(frozen=True)
class Inner:
    n: int


@dataclass(frozen=True)
class Outer:
    inner: Inner | None
    several: tuple[Inner, ...]
    text: str
    number: float


def test_what_holds_frames_comes_back_with_them():
    def work() -> Outer:
        return Outer(None, (Inner(1), Inner(2)), "a", float("inf"))

    same(work(), unpack(work, pack(work())))


def test_what_has_no_form_is_refused():
    with pytest.raises(Unfit, match="set"):
        pack((1, {2}))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {SHAPE: b"{"},
        {SHAPE: b"[]"},
        {SHAPE: b'{"frame": 0}'},
        {SHAPE: b'{"frame": 0}', b"0": b"no arrow"},
        {SHAPE: b'{"fields": {"system": {"value": "rm"}}}'},
        {SHAPE: b'{"fields": {}}'},
    ],
)
def test_foreign_bytes_are_refused(parts):
    def work() -> Outer:
        raise AssertionError("is not called")

    with pytest.raises(Unfit):
        unpack(work, parts)
