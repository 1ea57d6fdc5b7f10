"""The processes in which recipes run end with the tests."""

import pytest
import recipes_helpers


@pytest.fixture(scope="session", autouse=True)
def _end_processes():
    yield
    recipes_helpers.end()
