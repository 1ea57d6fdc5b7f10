"""What the tests of the pages do and look at, without a browser."""

from streamlit.testing.v1 import AppTest

from tools.presets import opened

__all__ = ["control", "opened", "press", "well", "words"]


def well(at: AppTest) -> AppTest:
    """The page, on which nothing has gone wrong and no warning stands."""
    assert not at.exception, [e.value for e in at.exception]
    assert not at.error, [e.value for e in at.error]
    assert not at.warning, [w.value for w in at.warning]
    return at


def words(at: AppTest) -> str:
    """All text of the page."""
    return "\n".join(m.value for m in at.markdown)


def control(at: AppTest, key: str):
    """The control with this key, whatever its kind."""
    kinds = (at.pills, at.segmented_control, at.selectbox, at.slider, at.text_input)
    return next(w for kind in kinds for w in kind if w.key == key)


def press(at: AppTest, label: str) -> AppTest:
    """The page after its button with this label."""
    return well(next(b for b in at.button if b.label == label).click().run())
