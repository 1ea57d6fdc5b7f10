"""The map of the lessons: the course in its order, and then what lies beyond it."""

from conftest import ROOT
from streamlit.testing.v1 import AppTest

from weightkit.ui import course, lessons


def test_what_lies_beyond_the_course_stands_under_a_heading_of_its_own():
    (_, course), (heading, beyond), (own, tools) = lessons.sections()
    assert own == lessons.OWN_WORK and tools == lessons.TOOLS
    assert heading == lessons.BEYOND and [*course, *beyond] == lessons.LESSONS
    assert {entry.part for entry in beyond} == {heading} and heading not in {
        entry.part for entry in course
    }
    home = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert not home.exception
    said = "\n".join(element.value for element in home.main.markdown)
    places = [said.index(f"##### {heading}") for heading, _ in lessons.sections()]
    assert places[2] < said.index(tools[0].question)
    assert places == sorted(places)
    assert places[0] < said.index(course[-1].question) < places[1] < said.index(beyond[0].question)
    assert (course[0].place, beyond[0].place) == ("Part 1 of the course", "Beyond the course")


def test_a_heading_without_lessons_is_left_out(monkeypatch):
    course = [entry for entry in lessons.LESSONS if entry.part != lessons.BEYOND]
    monkeypatch.setattr(lessons, "LESSONS", course)
    assert lessons.sections() == [("The course map", course), (lessons.OWN_WORK, lessons.TOOLS)]


def test_each_run_lists_pages_of_its_own(monkeypatch):
    """The page that is asked for keeps whether it may be run: two readers must not share it."""
    seen, list_ = [], course.st.navigation
    monkeypatch.setattr(
        course.st, "navigation", lambda pages, **how: seen.append(pages) or list_(pages, **how)
    )
    for _ in range(2):
        assert not AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run().error
    one, two = ([page for pages in run.values() for page in pages] for run in seen)
    assert len(one) == len(lessons.pages()) + 1
    assert not {id(page) for page in one} & {id(page) for page in two}
    assert [page.title for page in one] == [page.title for page in two]
