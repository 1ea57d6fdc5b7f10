"""Who may do what."""

import csv
import io
import re

import pytest
from classes.asking import question
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit.classes import classes as module
from weightkit.classes import tables
from weightkit.classes.asked import Answer, Asked
from weightkit.classes.classes import LETTERS, Classes, Pace, Refused, is_tab, new_tab
from weightkit.classes.sqlite import Sqlite


@pytest.fixture
def held(store, monkeypatch):
    monkeypatch.setattr(module, "AGE", 0.0)
    return Classes(store)


def test_a_code_has_four_letters_that_nobody_takes_for_others_and_a_key_is_long(held):
    made = [held.start(question()) for _ in range(20)]
    assert len({code for code, _ in made}) == len({key for _, key in made}) == 20
    for code, key in made:
        assert re.fullmatch(f"[{LETTERS}]{{4}}", code) and len(key) >= 20
        assert not set(code) & set("IOLQAEU0158")


def test_nothing_of_the_lecturers_goes_without_their_key(held):
    code, key = held.start(question())
    other, others_key = held.start(question())
    for wrong in ("", "x", key[:-1], others_key):
        assert not held.leads(code, wrong)
        for forbidden in (
            lambda wrong=wrong: held.turn(code, wrong, 1, "revealed", "card"),
            lambda wrong=wrong: held.turn(code, wrong, 1, "closed"),
            lambda wrong=wrong: held.ask(code, wrong, question("Next?")),
            lambda wrong=wrong: held.answers(code, wrong),
            lambda wrong=wrong: held.questions(code, wrong),
        ):
            with pytest.raises(Refused, match="not the lecturer's link"):
                forbidden()
    assert held.state(code).phase == "open" and held.state(code).n == 1
    assert held.leads(code, key) and held.leads(other, others_key)


def test_the_result_is_had_after_the_reveal_only(held):
    code, key = held.start(question())
    for phase in ("open", "closed"):
        held.turn(code, key, 1, phase)
        with pytest.raises(Refused, match="has not revealed"):
            held.revealed(held.state(code))
    held.turn(code, key, 1, "open")
    held.answer(held.state(code), "tab", "low")
    held.turn(code, key, 1, "revealed", "card")
    card, answers = held.revealed(held.state(code))
    assert card == "card" and [a.given for a in answers] == ["low"]
    held.ask(code, key, question("Next?"))
    with pytest.raises(Refused, match="has not revealed"):
        held.revealed(held.state(code))


def test_one_answer_of_each_tab_whose_own_id_is_written_nowhere(held):
    code, key = held.start(question())
    tab, again = new_tab(), new_tab()
    for given_ in ("low", "high"):
        held.answer(held.state(code), tab, given_)
    held.answer(held.state(code), again, "middle")
    held.move(held.state(code), again, tab)  # the same tab, after a reload
    (answer,) = held.answers(code, key)
    assert answer.given == "middle" == held.given(held.state(code), tab)
    assert tab not in answer.who and answer.who != held.start(question())[0]


@pytest.mark.parametrize("bad", ["<b>low</b>", "", "Low", None, 3, True, ["low"], {"low": 1}])
def test_nothing_but_an_option_is_an_answer(held, bad):
    code, key = held.start(question())
    with pytest.raises(ValueError):
        held.answer(held.state(code), "tab", bad)
    assert held.answers(code, key) == []


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_nothing_but_a_number_of_the_range_is_an_answer_to_how_many(value):
    asked = question(options=(), number=(0.0, 100.0))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and 0 <= value <= 100:
        assert asked.checked(value) == value and isinstance(asked.checked(value), float)
    else:
        with pytest.raises(ValueError):
            asked.checked(value)


def test_guesses_of_codes_are_few_for_one_and_for_all(tmp_path):
    held = Classes(Sqlite(tmp_path))
    code, _ = held.start(question())
    mine = Pace(*module.WRONG)
    for _ in range(module.WRONG[0]):
        assert held.find("ZZZZ" if code != "ZZZZ" else "YYYY", mine) is None
    with pytest.raises(Refused, match="Too many wrong codes"):
        held.find(code, mine)  # a right one too: else guessing would go on
    assert held.find(code, Pace(*module.WRONG)).code == code
    for _ in range(module.WRONG_HERE[0] - module.WRONG[0]):
        held.find("XXXX" if code != "XXXX" else "YYYY", Pace(*module.WRONG))
    with pytest.raises(Refused, match="Too many wrong codes"):
        held.find(code, Pace(*module.WRONG))


def test_guesses_are_forgotten(monkeypatch):
    pace, now = Pace(1, 60.0), [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    pace.count()
    assert pace.full()
    now[0] = 61.0
    assert not pace.full()


@pytest.mark.parametrize("odd", ["bcdf", "BCD", "BCDFG", "B%DF", "' OR", "", "*", "AEIO"])
def test_what_is_no_code_is_not_asked_for(tmp_path, odd):
    held = Classes(Sqlite(tmp_path / "none"))
    assert held.find(odd, Pace(10, 60)) is None
    assert not (tmp_path / "none").exists()


def test_all_pages_of_a_server_share_one_look(tmp_path):
    store, looks = Sqlite(tmp_path), []
    real = store.state
    store.state = lambda *asked: looks.append(asked) or real(*asked)
    held = Classes(store)
    code, key = held.start(question())
    for _ in range(100):
        held.state(code)
    assert len(looks) == 1
    held.turn(code, key, 1, "closed")
    assert held.state(code).phase == "closed"  # what happens here is seen at once


def test_a_tab_is_what_we_have_named(held):
    assert is_tab(new_tab()) and new_tab() != new_tab()
    for wrong in ("", "a b", "<script>", "x" * 17, None, 3, "é" * 16):
        assert not is_tab(wrong)


def test_a_question_comes_back_as_it_was():
    asked = question(number=(0.0, 1.0), options=())
    assert Asked.read(asked.spelled()) == asked


def test_the_table_has_question_answer_seconds_and_id():
    asked = [question('With "quotes", and commas?'), question("How many?")]
    answers = [Answer(1, "a1", "low", 3.14159), Answer(2, "b2", 12.5, 60.0)]
    text = tables.as_csv(asked, answers).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["question", "answer", "seconds", "id"],
        ['1. With "quotes", and commas?', "low", "3.1", "a1"],
        ["2. How many?", "12.5", "60.0", "b2"],
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 100)), st.integers(1, 50))
def test_every_number_is_in_one_column(numbers, columns):
    asked = question(options=(), number=(0.0, 100.0))
    assert sum(tables.stacks(asked, numbers, columns)) == len(numbers)
