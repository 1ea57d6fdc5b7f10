"""One server for several processes: `tools.live.shared_server`."""

import subprocess
import sys

from conftest import ROOT

VISITOR = """
import sys, time
from contextlib import contextmanager
from pathlib import Path
from tools import live

folder, number = Path(sys.argv[1]), int(sys.argv[2])
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
    assert address == "an address"
    (folder / f"{number}.here").touch()
    while len(list(folder.glob("*.here"))) < 3:
        time.sleep(0.02)
    time.sleep(0.3 * number)  # they leave one after the other
    note("left")
"""


def test_the_first_process_starts_the_server_and_ends_it_once_the_last_has_left(tmp_path):
    visitors = [
        subprocess.Popen([sys.executable, "-c", VISITOR, tmp_path, str(number)], cwd=ROOT)
        for number in range(3)
    ]
    assert [visitor.wait(60) for visitor in visitors] == [0, 0, 0]
    assert (tmp_path / "log").read_text().split() == ["start", "left", "left", "left", "end"]
