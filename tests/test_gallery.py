"""The gallery's pictures hold the whole page."""

from tools import gallery


class Page:
    """A page of `first` pixels whose last chart, once it is in sight, makes it `more` higher."""

    def __init__(self, first: int, more: int):
        self.first, self.more, self.height = first, more, 0

    def set_viewport_size(self, size):
        self.height = size["height"]

    def wait_for_function(self, _):
        pass

    def evaluate(self, script):
        if script == gallery.WHOLE:  # a window's content is never less high than the window
            return max(self.first + (self.more if self.height >= self.first else 0), self.height)
        return None


def test_a_window_grows_until_the_whole_page_is_in_it():
    for first, more in ((500, 0), (3000, 0), (3000, 400)):
        page = Page(first, more)
        gallery.tall(page, 390)
        assert max(first + more, gallery.HEIGHT) <= page.height <= 3500
    page = Page(20_000, 0)
    gallery.tall(page, 390)
    assert page.height == gallery.TALLEST
