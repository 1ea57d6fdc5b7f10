"""The page for a reader's own network: never empty, kind to what it cannot read, and forgetful."""

import gc
import weakref

import pytest
import torch
from pages_helpers import opened, well, words
from safetensors.torch import save, save_file
from small_networks import drawn, resnet
from streamlit import config
from streamlit.testing.v1 import AppTest

from tools.presets import ROOT, pages_seen
from weightkit.inspection import files
from weightkit.ui import memory, own_network, running
from weightkit.ui.job import Job
from weightkit.ui.outside import shown as as_read

SLUG = "your_network"
MARKUP = "![x](http://host/a.png)<b>:red[$x$]"


@pytest.fixture
def uploads():
    """The operator has turned them on."""
    before = config.get_option("server.maxUploadSize")
    config.set_option("server.maxUploadSize", 1)
    yield
    config.set_option("server.maxUploadSize", before)


@pytest.fixture(autouse=True)
def no_timer(monkeypatch):
    monkeypatch.setattr(memory, "give_back", lambda: None)
    monkeypatch.setattr(own_network, "SWEEP", 1e6)


def given(at: AppTest, *named: tuple[str, bytes]) -> AppTest:
    """The page after these files have been looked into."""
    for uploader, (name, data) in zip(at.file_uploader, named, strict=False):
        uploader.upload(name, data, "application/octet-stream")
    next(b for b in at.button if b.label == "Look into it").click()
    return at.run()


def charts(at: AppTest) -> list:
    return at.get("vega_lite_chart")


def test_without_uploads_it_says_so_and_shows_a_bad_start_beside_a_good_one(shown):
    at = well(opened(SLUG))
    assert [i.value for i in at.info] == [own_network.NO_UPLOADS] and not at.file_uploader
    assert not any(b.key == "predict_again" for b in at.button), "nothing was predicted"
    assert "equal in fc1.weight; 2 more" in shown["bad-start-std-by-parameter"].title
    good = shown["good-start-std-by-parameter"]
    assert good.title == "The good start: all 4 weights have a usual std"
    assert good.alt.startswith(f"{good.title}. Points")
    assert shown["trained-distance-by-parameter"].title.startswith("2 of 8 parameters frozen")
    said = words(at)
    assert "**The bad start**" in said and "**The good start**" in said
    for name in shown:
        at.session_state[f"behind_{name}"] = True
    at.session_state["share"] = at.session_state["numbers"] = True
    well(at.run())
    assert len(at.dataframe) == len(shown) + 1


def test_the_lines_that_it_gives_run(tmp_path, monkeypatch):
    for name in "ab":
        save_file(drawn(resnet()).state_dict(), tmp_path / f"{name}.safetensors")
    monkeypatch.chdir(tmp_path)
    exec(own_network.PYTHON)
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_in_a_slide_it_shows_its_example():
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    at.switch_page(f"pages/{SLUG}.py")
    at.context = {"is_embedded": True}
    well(at.run())
    assert len(charts(at)) == 2 and not at.info and not at.code


def test_a_file_and_then_two_are_told_before_the_example(uploads, shown):
    one, other = drawn(resnet()), drawn(resnet())
    with torch.no_grad():
        other[6].weight.mul_(3)
    first, second = (save(net.state_dict()) for net in (one, other))
    at = opened(SLUG)
    example = len(charts(at))
    assert not at.info and len(at.file_uploader) == 2
    well(given(at, ("first.safetensors", first)))
    assert {"std-by-parameter", "condition-numbers"} <= set(shown)
    assert len(charts(at)) == example + 2
    said = words(at)
    assert said.index("What the file shows") < said.index("An example")
    assert any("**Your own network**: first.safetensors" in c.value for c in at.caption)
    old = at.file_uploader[0].key
    well(given(at, ("first.safetensors", first), ("second.safetensors", second)))
    assert shown["distance-by-parameter"].title.startswith("21 of 22 parameters frozen; the furth")
    assert len(charts(at)) == example + 5 and at.file_uploader[0].key != old
    at.session_state["share"] = True
    assert any("No link carries what is your own" in i.value for i in at.run().info)


def test_while_a_file_is_looked_into_no_training_is_named(uploads):
    job = Job(
        ("", "", own_network.hold([own_network.File("a", save({"a": torch.ones(3)}))])), None, None
    )
    job.state, job.done, job.total = "running", 1, 3
    assert running._status(job) == "Working: 1 of 3"
    job.total = 0
    assert running._status(job) == running._work(job) == "Working"


def test_what_it_cannot_read_is_said_and_the_example_stays(uploads):
    at = opened(SLUG)
    example = len(charts(at))
    for named, said, code in (
        (("model.pt", b"PK"), "“model.pt”: a .pt file is not read here", True),
        (("x.safetensors", b""), "“x.safetensors”: the file is empty.", False),
        (("x.safetensors", b"\x01" * 99), "cut off, or no .safetensors file.", False),
    ):
        given(at, named)
        assert not at.exception and said in as_read(at.error[0].value)
        assert [c.value for c in at.code] == ([files.CONVERT.strip()] if code else [])
        assert len(charts(at)) == example
    given(at)
    assert at.error[0].value == "Choose a file first."


def test_names_from_outside_are_shown_as_they_are(uploads):
    data = save({f"{MARKUP}.weight": torch.ones(8, 8), "b.weight": torch.randn(9, 9)})
    with pages_seen() as seen:
        at = well(given(opened(SLUG), (f"{MARKUP}.safetensors", data)))
        for figure in seen[-1].figures:
            at.session_state[f"behind_{figure.name}"] = True
        well(at.run())
    assert seen[-1].own and at.dataframe, "the panels behind the figures are open"
    for text in [*at.markdown, *at.caption]:
        assert "![x]" not in text.value and "<b>" not in text.value, text.value
        assert ":red[" not in text.value and "$x$" not in text.value.replace(r"\$", "")
    assert any("host" in m.value for m in at.markdown)


def test_one_timer_frees_what_closed_sessions_held(uploads, monkeypatch):
    freed, timers = [], []

    class Timer:
        def __init__(self, seconds, function):
            timers.append(function)

        def start(self): ...

    monkeypatch.setattr(own_network, "_held", weakref.WeakSet())
    monkeypatch.setattr(own_network, "_sweeping", own_network.threading.Event())
    monkeypatch.setattr(own_network.threading, "Timer", Timer)
    monkeypatch.setattr(memory, "give_back", lambda: freed.append(1))
    looks = [own_network.hold([own_network.File("a", save({"a": torch.ones(3)}))]) for _ in "12"]
    assert len(timers) == len(freed) == 1
    timers[0]()
    assert len(timers) == 2, "something is held"
    looks.clear()
    timers[1]()
    assert len(timers) == 2 and not own_network._sweeping.is_set()


def test_streamlit_holds_no_file_longer_than_it_is_read(uploads, monkeypatch):
    removed = []
    forget = own_network._forget

    def recorded(file):
        context = own_network.get_script_run_ctx()
        where = context.session_id, [file.file_id]
        before = len(context.uploaded_file_mgr.get_files(*where))
        forget(file)
        removed.append((before, len(context.uploaded_file_mgr.get_files(*where))))

    monkeypatch.setattr(own_network, "_forget", recorded)
    given(opened(SLUG), ("a.safetensors", save({"a": torch.ones(3)})), ("b.pt", b"x"))
    assert removed == [(1, 0), (1, 0)]


def test_it_is_held_for_its_reader_alone_within_bounds_and_let_go(uploads, monkeypatch):
    data = save({"a.weight": torch.randn(20, 20)})
    at = well(given(opened(SLUG), ("a.safetensors", data)))
    assert len(charts(opened(SLUG))) == len(charts(at)) - 2, "nobody else sees it"
    look = at.session_state[own_network.STATE]
    kept = weakref.ref(look.given[0])
    monkeypatch.setattr(own_network, "most", lambda: 2 * len(data) - 1)
    assert "holds as many" in given(opened(SLUG), ("b.safetensors", data)).error[0].value
    well(given(at, ("c.safetensors", data)))
    assert not look.bytes and look.cached("") is None, "its place was free for the next"
    del at, look
    gc.collect()
    assert kept() is None
