"""Formula or shape: what makes the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...story import Story
from ..contest.config import Config

if TYPE_CHECKING:
    from .experiment import Apart


def tell(config: Config, result: Apart) -> Story:
    """Everything that is true of the three pairs."""
    from . import charts
    from .findings import facts

    f = facts(result.tests)
    return Story(verdict=None, figures=(charts.apart(result.tests, f),), shows=(), facts=f)
