"""The map of the lessons: the course in its order, and then what lies beyond it."""

from conftest import ROOT
from streamlit.testing.v1 import AppTest

from weightkit.ui import lessons


def test_what_lies_beyond_the_course_stands_under_a_heading_of_its_own(monkeypatch):
    course = [entry for entry in lessons.LESSONS if entry.part != lessons.BEYOND]
    one = lessons.Lesson("freezing", "Frozen again", ":material/ac_unit:", "Why?", lessons.BEYOND)
    monkeypatch.setattr(lessons, "LESSONS", [*course, one])
    assert lessons.sections() == [("The course map", course), (lessons.BEYOND, [one])]
    home = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert not home.exception
    said = [element.value for element in home.main.markdown]
    headings = [said.index(f"##### {heading}") for heading, _ in lessons.sections()]
    last, beyond = said.index(course[-1].question), said.index("Why?")
    assert headings[0] < last < headings[1] < beyond
    way = [e.value if e.type == "caption" else e.proto.label for e in list(home.sidebar)[1:]]
    assert way == ["**weightkit**", *(e.title for e in course), lessons.BEYOND, one.title]
    assert (course[0].place, one.place) == ("Part 1 of the course", "Beyond the course")


def test_a_heading_without_lessons_is_left_out(monkeypatch):
    course = [entry for entry in lessons.LESSONS if entry.part != lessons.BEYOND]
    monkeypatch.setattr(lessons, "LESSONS", course)
    assert lessons.sections() == [("The course map", course)]
