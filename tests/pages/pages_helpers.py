"""What the tests of the pages do and look at, without a browser."""

import re
from dataclasses import replace
from weakref import WeakKeyDictionary

import pytest
from streamlit.testing.v1 import AppTest

from tools.presets import PRESET, offered, opened
from weightkit import training
from weightkit.ui import running
from weightkit.ui.glossary import TERMS

__all__ = ["control", "no_training", "opened", "press", "unexplained", "well", "words"]


def well(at: AppTest) -> AppTest:
    """The page, on which nothing has gone wrong and no warning stands."""
    assert not at.exception, [e.value for e in at.exception]
    assert not at.error, [e.value for e in at.error]
    assert not at.warning, [w.value for w in at.warning]
    return at


def words(at: AppTest) -> str:
    """All text of the page, without what the glossary says of its terms."""
    text = "\n".join(m.value for m in at.markdown).replace("\u00a0", " ")
    return re.sub(r"<dfn[^>]*>(.*?)<span.*?</span></dfn>", r"\1", text)


def unexplained(at: AppTest) -> list[str]:
    """The terms of the glossary that a heading of the page says, or one of its sentences, and no
    sentence explains, or more than one.
    """
    said = "\n".join(text.value for text in [*at.markdown, *at.caption])
    done = re.findall(r'id="term-([\w-]+)"', said)
    bare = re.sub(r"<dfn.*?</dfn>|`[^`]*`|\$[^$]*\$|\[[^\]]*\]\([^)]*\)", "", said)
    return [
        name
        for name, (words, _) in TERMS.items()
        if done.count(name) > 1
        or name not in done
        and re.search(rf"(?<![\w-])(?:{words})(?![\w(-])", bare, re.IGNORECASE)
    ]


def control(at: AppTest, key: str):
    """The control with this key, whatever its kind."""
    kinds = (at.pills, at.segmented_control, at.selectbox, at.slider, at.text_input)
    return next(w for kind in kinds for w in kind if w.key == key)


def press(at: AppTest, label: str) -> AppTest:
    """The page after its preset, or its button, with this label."""
    if label in offered(at):
        return well(at.radio(key=PRESET).set_value(label).run())
    return well(next(b for b in at.button if b.label == label).click().run())


@pytest.fixture
def no_training(monkeypatch):
    """Epochs that change nothing, measured once, stand in for training: where it is tested that a
    page copes.

    What is made of them is kept for no other test.
    """
    measured = training._Part.epoch
    first = WeakKeyDictionary()

    def stand_still(part, epoch, batches, dataset):
        if part not in first:
            first[part] = measured(part, 0, [], dataset)
        return replace(first[part], epoch=epoch)

    monkeypatch.setattr(training._Part, "learn", lambda part, epoch, batches: None)
    monkeypatch.setattr(training._Part, "epoch", stand_still)
    monkeypatch.setattr(running, "_runner", None)
