"""For all tests of lessons: their charts are built the quick way, and can be seen on the paper they
are shown on.
"""

from charts.conftest import channels_are_named, everything_can_be_seen

__all__ = ["channels_are_named", "everything_can_be_seen"]
