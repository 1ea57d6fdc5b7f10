"""A class in real browsers: a lecturer, three students on phones, and a server that is restarted in
the middle.
"""

import csv
import io
import re

import pytest

from tools import live

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
FIRST, SECOND = "matrix_sizes?seed=7", "matrix_sizes?seed=9"  # nothing is trained there


def choose(page, which):
    page.get_by_role("radiogroup", name="Your answer").get_by_role("radio").nth(
        which
    ).dispatch_event("click")
    page.get_by_role("button", name=re.compile("Commit|Change my answer")).click()
    page.get_by_text("You said").wait_for()


def answered(page, n):
    page.get_by_text(f"{n} {'has' if n == 1 else 'have'} answered").wait_for()


def back(page):
    """Wait until the page has a session on the new server, and its widgets with it. Meanwhile
    Streamlit says on the console that its fragments cannot be run.
    """
    page.wait_for_selector("[data-test-connection-state='CONNECTED']")
    page.wait_for_timeout(1200)  # a page notices that it is back twice a second
    live.wait_idle(page)
    page.errors = [error for error in page.errors if "when disconnected" not in error]


def ask(lecturer, address, label):
    """Put the question of a page to the class."""
    lecturer.goto(address)
    live.wait_idle(lecturer)
    if label == "Start a class":
        lecturer.get_by_role("button", name="Share", exact=True).click()
    lecturer.get_by_role("button", name=label).click()
    lecturer.get_by_role("button", name="Reveal").wait_for()


def test_a_class_predicts_together_and_outlives_the_server(reader, tmp_path):
    port = live.free_port()
    settings = {"WEIGHTKIT_WARM": "0", "WEIGHTKIT_HOME": str(tmp_path / "home")}
    with live.started(live.APP, tmp_path / "one.log", port, **settings) as (address, process):
        lecturer = reader(f"{address}/{FIRST}")
        ask(lecturer, f"{address}/{FIRST}", "Start a class")
        lecturer.wait_for_url(re.compile(r"key="))
        code, key = re.search(r"class=(\w{4})&key=([\w-]+)", lecturer.url).groups()
        students = [reader(f"{address}/?class={code}", **PHONE) for _ in range(3)]
        for which, student in enumerate(students[:2]):
            choose(student, which)
        answered(lecturer, 2)
        answered(students[2], 2)
        process.kill()
        process.wait()
    with live.started(live.APP, tmp_path / "two.log", port, **settings):
        for page in (lecturer, *students):
            back(page)
        choose(students[2], 2)
        choose(students[0], 1)  # the same tab, in a session of its own: a change, no second answer
        answered(lecturer, 3)
        lecturer.get_by_role("button", name="Close the answers").click()
        students[2].get_by_text("The result comes when").wait_for()
        assert not students[2].locator("[data-testid='stVegaLiteChart']").count()
        lecturer.get_by_role("button", name="Reveal").click()
        for student in students:
            student.get_by_text("Where the class stood (3)").wait_for()
            student.get_by_text("You said").wait_for()
        with lecturer.expect_download() as downloaded:
            lecturer.get_by_role("button", name="Answers (CSV)").click()
        with open(downloaded.value.path(), encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(io.StringIO(file.read())))
        assert len(rows) == len({row["id"] for row in rows}) == 3
        assert len({row["answer"] for row in rows}) == 2
        students[0].get_by_role("button", name="Move the controls").click()
        students[0].wait_for_url(re.compile(r"/matrix_sizes\?.*seed=7"))
        ask(lecturer, f"{address}/{SECOND}&class={code}&key={key}", "Ask class")
        for student in students:
            student.get_by_text("Question 2").wait_for()
        choose(students[0], 0)
        answered(students[1], 1)
        students[0].reload()
        students[0].get_by_text("You said").wait_for()
