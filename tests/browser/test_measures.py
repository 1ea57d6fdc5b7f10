"""What a designer would see at once is measured: every view of every lesson, at the widths of a
laptop, a tablet and a phone.
"""

import pytest

from tools import live, measuring
from weightkit.ui.lessons import pages

pytestmark = pytest.mark.browser
WIDTHS = (1280, 1024, 390)
QUICK = {
    "signal_propagation": "contest_epochs=2&map_epochs=2&map_n_stds=5&inputs_epochs=2",
    "xavier_kaiming": "n_seeds=10&epochs=20",
    "freezing": "transfer_n_seeds=2&norm_n_seeds=2",
    "lottery_ticket": "n_seeds=2&rounds=3&epochs=2",
    "same_function": "n_seeds=2&epochs=5",
    "scaling": "n_seeds=2&epochs=2&width_n_seeds=1&width_epochs=1",
}
"""Settings of views that would train for seconds: what is measured is not what they show."""


def views(page) -> list[str]:
    """The views that the page lets the reader choose from; one without a name where it has no such
    control.
    """
    if page.get_by_role("combobox", name="Look at").count():
        page.get_by_role("combobox", name="Look at").click()
        names = page.get_by_role("option").all_inner_texts()
        page.keyboard.press("Escape")
        return names
    return page.locator(".st-key-view [role=radio]").all_inner_texts() or [""]


def look_at(page, view: str) -> None:
    """Choose a view as a reader does."""
    choice, option = page.get_by_role("combobox", name="Look at"), page.get_by_role("option")
    if choice.count():
        for _ in range(5):  # the list closes when the page moves under it
            choice.click()
            page.wait_for_timeout(400)
            if option.count():
                break
        option.get_by_text(view, exact=True).click()
    else:
        page.locator(".st-key-view").get_by_role("radio", name=view, exact=True).click()
    live.wait_idle(page)


@pytest.mark.parametrize("slug", ["", *(entry.slug for entry in pages())])
def test_rows_line_up_and_no_word_is_cut_or_over_another(reader, address, slug):
    page = reader(f"{address}/{slug}?{QUICK.get(slug, '')}" + ("&reveal=true" if slug else ""))
    found = []
    for i, view in enumerate(views(page)):
        if i:
            look_at(page, view)
        widths = WIDTHS[::-1] if i % 2 else WIDTHS  # to and fro: each draws all charts anew
        faults = [fault for width in widths for fault in measuring.faults(page, width)]
        found += [f"{view} {fault}".strip() for fault in faults]
    assert not found, "\n".join(found)


MOVED = {  # what lies over something else, and what it is moved by
    "a slider over a chart": ".st-key-epochs { position: relative; left: 40vw; }",
    "a heading over the words below it": "h5 { position: relative; top: 1.5rem; }",
}


@pytest.mark.parametrize("what", MOVED)
def test_what_lies_over_something_else_is_found(reader, address, what):
    page = reader(f"{address}/variance_sweep?n_stds=5&epochs=1&n_seeds=1&reveal=true")
    assert not measuring.faults(page, WIDTHS[0])
    page.add_style_tag(content=MOVED[what])
    assert any("overlap: " in fault for fault in measuring.faults(page, WIDTHS[0]))
