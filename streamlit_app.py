"""The home page: what this is, one picture of y = Wx, the course map, where to start."""

from weightkit.lazy import lazy
from weightkit.ui import home

charts = lazy("weightkit.charts.home")

home.show(charts)
