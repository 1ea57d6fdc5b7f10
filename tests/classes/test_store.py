"""What a store keeps, in a file and in Redis."""

import threading

import pytest
from classes.asking import question

from weightkit.classes import store as limits
from weightkit.classes.asked import Answer, State

NOW = 1_800_000_000.0


def begun(store, code="BCDF"):
    assert store.begin(code, "lock", question(), NOW)
    return code


def test_a_class_is_what_was_begun(store):
    code = begun(store)
    assert store.state(code, NOW) == State(code, 1, "open", NOW, question(), 0)
    assert store.lock(code, NOW) == "lock"
    assert store.card(code, 1) == "" and store.answers(code) == []
    assert store.state("ZZZZ", NOW) is None and store.lock("ZZZZ", NOW) is None


def test_a_code_is_given_once(store):
    code = begun(store)
    assert not store.begin(code, "other", question("Another?"), NOW)
    assert store.lock(code, NOW) == "lock" and store.state(code, NOW).asked.text == "Which?"


def test_one_answer_of_each_tab_counts_the_last(store):
    code = begun(store)
    for second, (who, given) in enumerate([("a", "low"), ("b", "high"), ("a", "middle")], 1):
        assert store.answer(code, 1, who, given, NOW + second)
    assert store.state(code, NOW).answered == 2
    assert store.answers(code) == [Answer(1, "b", "high", 2.0), Answer(1, "a", "middle", 3.0)]
    assert store.given(code, 1, "a") == "middle" and store.given(code, 1, "c") is None


@pytest.mark.parametrize("phase", ["closed", "revealed"])
def test_nothing_is_taken_once_it_is_closed_and_a_reveal_is_for_good(store, phase):
    code = begun(store)
    store.answer(code, 1, "a", "low", NOW)
    store.turn(code, 1, phase, "card" if phase == "revealed" else "")
    assert not store.answer(code, 1, "a", "high", NOW)
    assert not store.answer(code, 1, "b", "high", NOW)
    store.turn(code, 1, "open")
    assert store.state(code, NOW).phase == ("open" if phase == "closed" else phase)
    assert store.card(code, 1) == ("" if phase == "closed" else "card")
    assert store.answer(code, 1, "b", "high", NOW) == (phase == "closed")


def test_the_next_question_is_open_and_the_last_one_over(store):
    code = begun(store)
    store.answer(code, 1, "a", "low", NOW)
    store.turn(code, 1, "revealed", "card")
    number = question("How many?", options=(), number=(0.0, 100.0), unit="%", tolerance=2.0)
    assert store.ask(code, number, NOW + 60)
    assert store.state(code, NOW) == State(code, 2, "open", NOW + 60, number, 0)
    assert not store.answer(code, 1, "b", "low", NOW + 61)
    assert store.answer(code, 2, "b", 12.5, NOW + 61)
    store.turn(code, 1, "closed")  # a click on a page that is behind
    assert store.state(code, NOW).phase == "open" and store.card(code, 1) == "card"
    assert store.answers(code) == [Answer(1, "a", "low", 0.0), Answer(2, "b", 12.5, 1.0)]
    assert store.questions(code) == [question(), number]


def test_what_a_tab_answered_before_it_was_known_becomes_its_own(store):
    code = begun(store)
    store.answer(code, 1, "old", "low", NOW)
    store.answer(code, 1, "new", "high", NOW + 1)
    store.move(code, 1, "new", "old")
    assert store.answers(code) == [Answer(1, "old", "high", 1.0)]
    store.move(code, 1, "nobody", "old")
    assert store.state(code, NOW).answered == 1


def test_hundred_at_once_are_counted_exactly_once(store):
    code = begun(store)
    threads = [
        threading.Thread(target=store.answer, args=(code, 1, f"{i % 50}", "low", NOW))
        for i in range(100)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.state(code, NOW).answered == 50


def test_a_question_takes_so_many_answers_and_a_class_so_many_questions(store, monkeypatch):
    for module in ("sqlite", "redis"):
        monkeypatch.setattr(f"weightkit.classes.{module}.MOST_ANSWERS", 2)
        monkeypatch.setattr(f"weightkit.classes.{module}.MOST_QUESTIONS", 2)
    code = begun(store)
    assert [store.answer(code, 1, who, "low", NOW) for who in "abca"] == [True, True, False, True]
    assert [store.ask(code, question(), NOW) for _ in range(2)] == [True, False]


def test_everything_is_deleted_a_day_after_the_last_answer(store, tmp_path):
    old, young = begun(store, "BCDF"), begun(store, "GHJK")
    store.answer(old, 1, "tab-of-old", "low", NOW)
    store.answer(young, 1, "b", "low", NOW + 3600)
    later = NOW + limits.LIFE + 1
    if store.__class__.__name__ == "Redis":  # its own clock
        names = store._ask(lambda client: client.keys("weightkit:class:*"))
        lives = [store._ask(lambda client, name=name: client.ttl(name)) for name in names]
        assert len(names) == 4 and all(limits.LIFE - 60 < life <= limits.LIFE for life in lives)
        return
    assert store.state(old, later) is None and store.lock(old, later) is None
    assert not store.answer(old, 1, "b", "low", later)
    store.tidy(later)
    assert store.answers(old) == [] and store.questions(old) == []
    assert store.state(young, later).answered == 1
    files = b"".join(path.read_bytes() for path in (tmp_path / "home").iterdir())
    assert b"tab-of-old" not in files and b"GHJK" in files
