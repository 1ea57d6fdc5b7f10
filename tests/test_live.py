"""One server for several processes: `tools.live.shared_server`."""

import subprocess
import sys

from conftest import ROOT

VISITOR = """
import sys, time
from contextlib import contextmanager
from pathlib import Path
from tools import live

folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
log = folder / "log"

def note(what):
    with log.open("a") as file:
        file.write(what + "\\n")

@contextmanager
def server():
    note("start")
    yield "an address"
    note("end")

live.server = server
with live.shared_server(folder / "shared") as address:
    time.sleep(seconds)
    assert address == "an address"
    note("left")
"""


def test_the_first_process_starts_the_server_and_ends_it_once_the_last_has_left(tmp_path):
    visitors = [
        subprocess.Popen([sys.executable, "-c", VISITOR, tmp_path, str(seconds)], cwd=ROOT)
        for seconds in (0.2, 0.6, 1.0)
    ]
    assert [visitor.wait(60) for visitor in visitors] == [0, 0, 0]
    assert (tmp_path / "log").read_text().split() == ["start", "left", "left", "left", "end"]
