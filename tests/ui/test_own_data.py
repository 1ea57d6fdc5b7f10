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

from weightkit.ui import own_data, running
from weightkit.ui.outside import shown

PAGES = [
    ("variance_sweep", {"n_stds": "3", "n_seeds": "1", "epochs": "2"}),
    ("xavier_kaiming", {"view": "Contest", "n_seeds": "10", "epochs": "2"}),
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
    started = running.runner().stats()["started"]
    well(at.run())
    assert running.runner().stats()["started"] == started, "what was trained stays at hand"


def test_what_is_wrong_is_said_and_the_text_stays_to_be_mended():
    at = pasted(chosen("variance_sweep"), "a,b\n1,2")
    assert "allowed are 20 to 20,000" in at.error[0].value
    assert at.text_area(own_data.TEXT).value == "a,b\n1,2"
    well(pasted(at, TABLE))
    assert at.text_area(own_data.TEXT).value == "", "it need not be sent again"


def test_a_text_that_a_browser_would_not_have_sent_is_refused():
    at = pasted(chosen("variance_sweep"), TABLE + "\n" + "1,5;2,5;cat\n" * 17_000)
    assert "at most 200,000" in at.error[0].value


def test_a_link_to_somebodys_own_data_is_told_kindly_and_shows_the_default():
    at = opened("variance_sweep", reveal="true", dataset=own_data.OWN, n_stds="3", epochs="1")
    assert [w.value for w in at.warning] == [own_data.NOT_HERE]
    assert not at.error and "dataset" not in at.query_params
    assert at.selectbox("dataset").value == "digits"


def test_the_share_panel_says_what_the_link_does_not_carry():
    at = pasted(chosen("variance_sweep", n_stds="3", n_seeds="1", epochs="1"), TABLE)
    at.session_state["share"] = True
    assert own_data.SHARED in [i.value for i in well(at.run()).info]


def test_a_file_is_read_where_the_operator_allows_files_and_is_not_kept():
    assert not chosen("variance_sweep").file_uploader, "the default of .streamlit/config.toml"
    before = config.get_option("server.maxUploadSize")
    config.set_option("server.maxUploadSize", 2)
    try:
        at = chosen("variance_sweep", n_stds="3", n_seeds="1", epochs="1")
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


def test_the_same_table_of_two_readers_is_trained_twice_and_kept_for_no_third():
    first, second = (
        pasted(chosen("variance_sweep", n_stds="3", n_seeds="1", epochs="1"), TABLE) for _ in "12"
    )
    one, other = (at.session_state[own_data.STATE] for at in (first, second))
    assert one.data is not other.data and one.data != other.data
    kept = running.runner()._store
    keys = [*kept._kept, *kept._pinned]
    assert not any(own_data.of(key[2]) or "pasted" in repr(key) for key in keys), keys
    assert len(one.results) and len(other.results)
    assert not {*one.results._kept} & {*other.results._kept}


def test_a_closed_session_leaves_nothing_of_its_data_behind():
    at = pasted(chosen("variance_sweep", n_stds="3", n_seeds="1", epochs="1"), TABLE)
    data = weakref.ref(at.session_state[own_data.STATE].data)
    held = weakref.ref(at.session_state[own_data.STATE])
    del at
    gc.collect()
    assert held() is None and data() is None
    assert own_data._in_all() == 0


def test_nothing_is_written():
    opened_for = Counter()

    def look(event, arguments):
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            opened_for[str(arguments[0])] += watching

    at, watching = chosen("variance_sweep", n_stds="3", n_seeds="1", epochs="1"), True
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
