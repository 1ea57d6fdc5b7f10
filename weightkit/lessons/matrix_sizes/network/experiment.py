"""The run of the lesson, which both views look at."""

from ..experiment import Result, run

__all__ = ["Result", "run"]
