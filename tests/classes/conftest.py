"""Both homes of classes: the same tests hold for each."""

import pytest

from benchmarks.load import replicas
from weightkit.classes.redis import Redis
from weightkit.classes.sqlite import Sqlite

HOMES = ("sqlite", "redis")


@pytest.fixture(scope="session")
def redis_url(servers, tmp_path_factory):
    pytest.importorskip("redis")
    with replicas.redis_server(tmp_path_factory.mktemp("redis")) as (url, _):
        yield url


@pytest.fixture(params=HOMES)
def store(request, tmp_path):
    """An empty store of each kind."""
    if request.param == "sqlite":
        made = Sqlite(tmp_path / "home")
    else:
        made = Redis(request.getfixturevalue("redis_url"))
        made._ask(lambda client: client.flushdb())
    yield made
    made.close()
