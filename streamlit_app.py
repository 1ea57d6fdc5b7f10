"""The app: the page that is asked for; without a name the home page, with one picture of y = Wx."""

from weightkit.lazy import lazy
from weightkit.ui import course

home, charts = lazy("weightkit.ui.home"), lazy("weightkit.charts.home")


def weightkit() -> None:
    """The home page."""
    home.show(charts)


course.go(weightkit)
