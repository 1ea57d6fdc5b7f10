"""A reader's own data: pasted, read, trained on, and nobody else's."""

import gc
import io
import sys
import weakref
from collections import Counter

import numpy as np
import pytest
from pages_helpers import control, opened, well
from streamlit import config

from weightkit.lessons import variance_sweep
from weightkit.ui import idle, own_data, running
from weightkit.ui.outside import shown

PAGES = [
    ("variance_sweep", {"n_stds": "3", "n_seeds": "1", "epochs": "2"}),
    ("xavier_kaiming", {"view": "Contest", "n_seeds": "10", "epochs": "10"}),
    ("freezing", {"n_seeds": "1", "epochs": "2"}),
    ("weight_changes", {"n_seeds": "1", "epochs": "2"}),
]
rng = np.random.default_rng(0)
TABLE = "a;b;species\n" + "\n".join(
    f"{a:.2f};{b:.2f};{['cat', 'dog', 'eel'][i % 3]}".replace(".", ",")
    for i, (a, b) in enumerate(rng.normal(size=(40, 2)))
)


@pytest.fixture(autouse=True)
def own_runner(monkeypatch):
    """A runner without results of other tests, and nothing in the background."""
    monkeypatch.setenv("WEIGHTKIT_WARM", "0")
    monkeypatch.setattr(running, "_runner", None)


SMALL = {"n_stds": "3", "n_seeds": "1", "epochs": "1"}


def chosen(slug, **settings):
    """A page on which the reader has chosen their own data, as yet without any."""
    at = opened(slug, reveal="true", **settings)
    control(at, "dataset").set_value(own_data.OWN)
    return at.run()


def pasted(at, text):
    at.text_area(own_data.TEXT).set_value(text)
    next(b for b in at.button if b.label == "Use these data").click()
    return at.run()


def said(at):
    return shown("\n".join(c.value for c in at.caption))


@pytest.mark.parametrize(("slug", "settings"), PAGES)
def test_a_pasted_table_is_read_and_trained_on(slug, settings):
    at = chosen(slug, **settings)
    assert not at.exception and at.info[0].value == own_data.MISSING
    well(pasted(at, TABLE))
    assert "40 rows, 2 features; label 'species' with 3 classes" in said(at)
    assert "decimal commas" in said(at)
    assert any(m.value.startswith("##### ") for m in at.markdown), "a finding"
    assert at.query_params["dataset"] == own_data.OWN
    assert at.text_area(own_data.TEXT).value == "", "it need not be sent again"
    started = running.runner()._n_jobs
    at.session_state["share"] = True
    well(at.run())
    assert own_data.SHARED in [i.value for i in at.info], "the panel says what no link carries"
    assert running.runner()._n_jobs == started, "what was trained stays at hand"


def test_what_is_wrong_is_said_and_the_text_stays_to_be_mended():
    at = pasted(chosen("variance_sweep", **SMALL), "a,b\n1,2")
    assert "allowed are 20 to 20,000" in at.error[0].value
    assert at.text_area(own_data.TEXT).value == "a,b\n1,2"


def test_a_text_that_a_browser_would_not_have_sent_is_refused():
    with pytest.raises(ValueError, match="200,001 bytes; at most 200,000"):
        own_data._hold("1" * 200_001, None)


def test_a_link_to_somebodys_own_data_is_told_kindly_and_shows_the_default():
    at = opened("variance_sweep", reveal="true", dataset=own_data.OWN, n_stds="3", epochs="1")
    assert [w.value for w in at.warning] == [own_data.NOT_HERE]
    assert not at.error and "dataset" not in at.query_params
    assert at.selectbox("dataset").value == "digits"


def test_a_file_is_read_where_the_operator_allows_files_and_is_not_kept():
    assert not chosen("variance_sweep", **SMALL).file_uploader, (
        "the default of .streamlit/config.toml"
    )
    before = config.get_option("server.maxUploadSize")
    config.set_option("server.maxUploadSize", 2)
    try:
        at = chosen("variance_sweep", **SMALL)
        (uploader,) = at.file_uploader
        assert uploader.proto.max_upload_size_mb == 2
        uploader.upload("mine.csv", TABLE.encode(), "text/csv")
        next(b for b in at.button if b.label == "Use these data").click()
        well(at.run())
    finally:
        config.set_option("server.maxUploadSize", before)
    assert "40 rows, 2 features" in said(at)
    assert at.session_state[own_data.STATE].data.name == "mine.csv", "what the script reads"
    assert at.file_uploader[0].key != uploader.key, "Streamlit forgets the file of the old key"


def test_the_same_table_of_two_readers_is_trained_twice_kept_for_no_third_and_forgotten():
    first, second = (pasted(chosen("variance_sweep", **SMALL), TABLE) for _ in "12")
    one, other = (at.session_state[own_data.STATE] for at in (first, second))
    assert one.data is not other.data and one.data != other.data
    kept = running.runner()._store
    keys = [*kept._kept, *kept._pinned]
    assert not any(own_data.of(key[2]) or "pasted" in repr(key) for key in keys), keys
    assert len(one.results) and len(other.results)
    assert not {*one.results._kept} & {*other.results._kept}
    left = [weakref.ref(what) for what in (one, one.data, other, other.data)]
    del first, second, one, other
    gc.collect()
    assert [ref() for ref in left] == [None] * 4, "a closed session leaves nothing behind"


def test_no_replica_is_asked_and_nothing_is_trained_ahead(monkeypatch):
    monkeypatch.delenv("WEIGHTKIT_IDLE")
    monkeypatch.setattr("weightkit.ui.replicas.replicas", lambda: pytest.fail("asked"))
    data = own_data.hold(io.StringIO(TABLE), "the pasted table").data
    config = variance_sweep.Config(dataset=data, n_stds=2, n_seeds=1, epochs=1)
    assert running.telling(variance_sweep)(config).story.figures
    server = idle.Idle()
    server.look(variance_sweep, config, lambda: iter(()))
    assert not server._looks


def test_nothing_is_written():
    opened_for = Counter()

    def look(event, arguments):
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            opened_for[str(arguments[0])] += watching

    at, watching = chosen("variance_sweep", **SMALL), True
    sys.addaudithook(look)
    well(pasted(at, TABLE))
    watching = False
    assert not +opened_for, opened_for


class TestBounds:
    """Tables of all readers together."""

    @pytest.fixture
    def room_for_one(self, monkeypatch):
        monkeypatch.setattr(own_data, "_held", weakref.WeakSet())
        held = own_data.hold(io.StringIO(TABLE), "the pasted table")
        monkeypatch.setattr(own_data, "MOST", int(1.9 * held.bytes))
        return held

    def test_a_second_is_refused(self, room_for_one):
        with pytest.raises(ValueError, match="as much of its readers' data"):
            own_data.hold(io.StringIO(TABLE), "another")

    def test_results_give_way_to_tables(self, room_for_one, monkeypatch):
        monkeypatch.setattr(own_data, "MOST", 2 * room_for_one.bytes + 500)
        room_for_one.keep("key", "a result")
        assert room_for_one.cached("key") == "a result"
        own_data.hold(io.StringIO(TABLE), "another")
        assert room_for_one.cached("key") is None

    def test_a_result_without_room_is_not_kept(self, room_for_one):
        room_for_one.keep("key", "a result")
        assert room_for_one.cached("key") is None
