"""Every figure that a test makes can be seen on the paper it is shown on."""

import pytest
from contrast import seen


@pytest.fixture(autouse=True)
def everything_can_be_seen(monkeypatch):
    """In light, in dark and exported."""
    yield from seen(monkeypatch)
