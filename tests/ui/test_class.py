"""A class on its pages: what a student may see, and when; what the lecturer's key opens."""

import importlib
import re
from dataclasses import is_dataclass, replace

import pytest
from classes.asking import question
from pages_helpers import opened, well

from tools.presets import pages_seen
from weightkit.classes import classes as module
from weightkit.classes.asked import Asked
from weightkit.lessons import matrix_sizes as sizes
from weightkit.ui import card, standing
from weightkit.ui.lessons import LESSONS, lesson
from weightkit.ui.told import Told

PAGE, ASKED = "matrix_sizes", {"seed": "7"}  # nothing is trained there


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own for each test."""
    monkeypatch.setenv("WEIGHTKIT_HOME", str(tmp_path))
    monkeypatch.delenv("WEIGHTKIT_REDIS_URL", raising=False)
    monkeypatch.setattr(module, "AGE", 0.0)
    module.classes.cache_clear()
    yield tmp_path
    module.classes.cache_clear()


@pytest.fixture
def begun():
    """(code, key) of a class that is asked about PAGE as ASKED."""
    return module.classes().start(asked_about(sizes.network, sizes.Config(seed=7)))


def asked_about(view, config):
    """What Share makes of a view."""
    place = f"{PAGE}/{sizes.VIEWS[0].title}"
    return card.asked_about(view, config, lesson(PAGE), place, list(ASKED.items()))


def button(at, label):
    return next(b for b in at.button if re.search(label, b.label))


def labels(at):
    return [b.label for b in at.button]


def said(at):
    """Everything that the page says."""
    kinds = (at.title, at.markdown, at.caption, at.info, at.warning, at.success, at.error)
    return "\n".join(e.value for kind in kinds for e in kind)


def parameter(at, name):
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def answer(code, which=1):
    at = well(opened("", **{"class": code}))
    at.radio[0].set_value(at.radio[0].options[which])
    return well(button(at, "Commit").click().run())


def reveal(code, key):
    at = opened("", **{"class": code, "key": key})
    button(at, "Reveal").click().run()
    assert not at.exception and not at.error
    return at


def charts(at):
    return at.get("vega_lite_chart")


def test_a_student_commits_changes_and_sees_how_many_have_answered(begun):
    code, key = begun
    student = answer(code)
    assert "**1** has answered" in said(student) and "Change my answer" in labels(student)
    assert not charts(student) and "measured" not in said(student)
    options = student.radio[0].options
    student.radio[0].set_value(options[2])
    button(student, "Change").click().run()
    answer(code, 0)
    held = module.classes()
    assert sorted(a.given for a in held.answers(code, key)) == sorted([options[0], options[2]])
    assert "**2** have answered" in said(student.run())
    button(student, "Change").click().run()  # nothing new
    assert len(held.answers(code, key)) == 2


@pytest.mark.parametrize(
    ("phase", "page", "more"),
    [
        ("open", PAGE, {"reveal": "true"}),
        ("closed", PAGE, {"reveal": "true", "key": ""}),
        ("closed", PAGE, {"embed": "true", "reveal": "true"}),
        ("open", "lazy_rich", {"reveal": "true"}),
        ("closed", "", {"reveal": "true"}),
    ],
)
def test_no_link_of_a_class_shows_a_result_before_the_reveal(begun, phase, page, more):
    code, key = begun
    module.classes().turn(code, key, 1, phase)
    at = opened(page, **ASKED, **more, **{"class": code})
    assert not at.exception
    assert not charts(at) and not at.get("download_button") and not at.get("arrow_data_frame")
    assert "Class " + code in said(at)


def test_nor_does_one_that_answers_and_then_opens_the_lesson(begun):
    code, _ = begun
    student = answer(code)
    student.switch_page(f"pages/{PAGE}.py")
    student.query_params["class"] = code
    student.query_params["reveal"] = "true"
    student.run()
    assert not charts(student) and "You said" in said(student)


def test_a_student_in_a_frame_finds_the_way_back_from_the_lesson(begun):
    code, key = begun
    student = answer(code)
    reveal(code, key)
    student.context = {"is_embedded": True}
    button(student.run(), "Move the controls").click().run()
    assert charts(student) and not student.title, "a slide of the lesson"
    button(student, f"Back to class {code}").click().run()
    assert "Where the class stood (1)" in said(student)


@pytest.mark.parametrize("key", ["wrong", "0" * 22])
def test_without_the_key_nothing_is_revealed_and_nothing_seen(begun, key):
    code, _ = begun
    answer(code)
    at = opened("", **{"class": code, "key": key})
    assert not at.exception and not labels(at) and "does not open a class" in said(at)
    page = opened(PAGE, **ASKED, **{"class": code, "key": key, "reveal": "true"})
    assert not charts(page)


def test_on_reveal_all_see_verdict_class_and_result_and_may_move_the_controls(begun):
    code, key = begun
    first, second, idle = answer(code, 0), answer(code, 3), opened("", **{"class": code})
    desk = reveal(code, key)
    assert charts(desk)
    for at in (first, second, idle):
        at.run()
        assert not at.exception and len(charts(at)) == 1
        assert "Where the class stood (2)" in said(at)
    verdicts = [[*at.success, *at.warning][0].value for at in (first, second)]
    assert all("You said" in verdict for verdict in verdicts)
    assert "You said" not in said(idle) and "Measured" in said(idle)
    button(first, "Move the controls").click().run()
    assert len(charts(first)) > 1 and "Predict first" not in said(first)
    assert parameter(first, "class") == code and parameter(first, "seed") == "7"


def test_the_next_question_calls_students_back_from_the_lesson(begun):
    code, key = begun
    student = answer(code)
    reveal(code, key)
    button(student.run(), "Move the controls").click().run()
    lecturer = opened(PAGE, seed="9", **{"class": code, "key": key})
    lecturer = button(lecturer, "Ask class").click().run()
    state = module.classes().state(code)
    assert (state.n, state.phase, dict(state.asked.query)["seed"]) == (2, "open", "9")
    page = opened(PAGE, **ASKED, **{"class": code, "reveal": "true"})
    assert not charts(page) and "Question 2" in said(page)


def test_the_key_stays_in_the_lecturers_link(begun):
    code, key = begun
    desk = opened("", **{"class": code, "key": key})
    shown = [c.value for c in desk.code]
    assert f"?class={code}" in shown[0] and key not in shown[0]
    assert key in shown[1] and "embed=true" in shown[1]  # the slide's, said to be secret
    assert not any(key in str(image.proto) for image in desk.get("imgs"))
    page = opened(PAGE, **ASKED, **{"class": code, "key": key})
    page.session_state["share"] = True
    page.run()
    assert page.code and not any(key in c.value or code in c.value for c in page.code)


def test_the_address_keeps_class_and_key_and_nobody_calls_them_unusable(begun):
    code, key = begun
    at = well(opened(PAGE, **ASKED, **{"class": code, "key": key}))
    assert (parameter(at, "class"), parameter(at, "key")) == (code, key)
    assert parameter(at, "seed") == "7"


def test_guesses_are_stopped(begun):
    code, _ = begun
    wrong = "ZZZZ" if code != "ZZZZ" else "YYYY"
    at = opened("", **{"class": wrong})
    for _ in range(module.WRONG[0] - 1):
        assert "There is no class" in said(at)
        at.run()
    at.query_params["class"] = code
    at.run()
    assert "Too many wrong codes" in said(at) and not at.radio


def test_markup_in_a_code_stays_text(begun):
    at = opened("", **{"class": "<b>[x](http://y)</b>"})
    assert "<b>" not in at.warning[0].value and "](http" not in at.warning[0].value


def test_a_store_that_fails_says_so_and_the_lesson_goes_on(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WEIGHTKIT_HOME", str(tmp_path / "file"))
    module.classes.cache_clear()
    at = opened(PAGE, **ASKED)
    at.session_state["share"] = True
    at = button(at.run(), "Start a class").click().run()
    assert not at.exception and "no class can be held here" in said(at)
    button(at, "Just show me").click().run()
    assert not at.exception and charts(at)
    student = opened("", **{"class": "BCDF"})
    assert not student.exception and "no class can be held here" in said(student)


def test_a_class_is_started_from_the_share_panel_of_a_page():
    at = opened(PAGE, **ASKED)
    at.session_state["share"] = True
    at = well(button(at.run(), "Start a class").click().run())
    code, key = parameter(at, "class"), parameter(at, "key")
    assert {"Close the answers", "Reveal"} <= set(labels(at))
    assert module.classes().leads(code, key)
    state = module.classes().state(code)
    assert state.asked == asked_about(sizes.network, sizes.Config(seed=7))


def views():
    """All views of all lessons."""
    for entry in LESSONS:
        its = importlib.import_module(f"weightkit.lessons.{entry.slug}")
        for view in getattr(its, "VIEWS", None) or [its]:
            yield getattr(view, "module", view)


@pytest.mark.parametrize("view", [*views()], ids=lambda view: view.__name__.split(".", 2)[-1])
def test_what_a_class_was_asked_can_be_run_by_a_server_that_has_been_restarted(view):
    kinds = [k for name, k in vars(view).items() if name.endswith("Config") and is_dataclass(k)]
    kinds = kinds or [importlib.import_module(view.__name__.rpartition(".")[0]).Config]
    for kind in kinds[:1]:
        asked = Asked.read(asked_about(view, kind()).spelled())
        there, config = card.run_of(asked)
        assert (there, config) == (view, kind()) and hash(config) == hash(kind())
        assert there.ask(config).text == asked.text


@pytest.mark.parametrize(
    ("name", "slug", "settings"),
    [
        ("matrix_sizes.network", "matrix_sizes", {}),
        ("freezing.schedules", "freezing", {"epochs": 4}),
        ("weight_changes.steps", "weight_changes", {"epochs": 3, "n_seeds": 2}),
        ("weight_changes.fate", "weight_changes", {"epochs": 3, "n_seeds": 2}),
    ],
)
def test_a_class_is_shown_the_first_figure_of_the_page(name, slug, settings):
    view = importlib.import_module(f"weightkit.lessons.{name}")
    views = importlib.import_module(f"weightkit.lessons.{slug}").VIEWS
    title = next(v.title for v in views if v.module is view)
    with pages_seen() as seen:
        well(opened(slug, view=title, reveal="true", **{k: str(v) for k, v in settings.items()}))
    page = seen[-1]
    told = Told(page._config, (result := view.run(page._config)), view.tell(page._config, result))
    shown = card.lead(view, told, page._config)
    assert (shown.name, shown.title) == (page.figures[0].name, page.figures[0].title)


@pytest.mark.parametrize("path", ["os", "weightkit.ui.seat", "weightkit.lessonsx"])
def test_nothing_but_lessons_is_run(path):
    asked = asked_about(sizes.network, sizes.Config())
    for wrong in ({"view": path}, {"config": f"{path}:system"}):
        with pytest.raises(ValueError, match="no lesson"):
            card.run_of(replace(asked, **wrong))


def test_where_a_class_stands_is_escaped_and_counted():
    asked = question(options=("<b>", "middle", "high"))
    html = standing.html(asked, ["<b>", "high", "high"], False, mine="high", truth="<b>")
    assert "&lt;b&gt;" in html and not re.search(r"<b>(?!\d</b>)", html)
    assert re.findall(r"<b>(\d)</b>", html) == ["1", "0", "2"]
    assert "measured" in html and "your answer" in html
    number = question(options=(), number=(0.0, 100.0), unit="%", tolerance=5.0)
    html = standing.html(number, [3.0, 50.0, 50.0, 100.0], True, mine=50.0, truth=97.0)
    assert html.count("<i") == 4 and html.count("class=mine") == 1
    assert 'class="truth" style="left:97.0%"' in html and "right:0.0%" in html
