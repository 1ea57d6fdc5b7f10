"""Run a recipe as a student would: the script in a process of its own, the notebook in a kernel."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from weightkit import recipes

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}

TEACHER = """
import json, os, runpy, sys, traceback, warnings
import altair, numpy, pandas, scipy.stats, sklearn.datasets, torch
torch.optim.SGD([torch.zeros(1)], lr=1.0)  # the first optimizer of a process imports a lot
print("ready", flush=True)
for line in sys.stdin:
    file, folder, data = json.loads(line)
    student = os.fork()
    if not student:
        code = 0
        try:
            os.chdir(folder)
            if data:
                os.environ["WEIGHTKIT_DATA"] = data
            sys.stdout = open(os.devnull, "w")
            runpy.run_path(file, run_name="__main__")
        except BaseException:
            code = 1
            with open("problem.txt", "w") as problem:
                traceback.print_exc(file=problem)
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(student, 0)[1]), flush=True)
"""
"""A process that has imported what all scripts import (seconds of work, which every script would do
again) and runs each script in a child of itself: a fresh process, with warnings as errors."""


_open: dict = {}  # what the first script, or the first notebook, of this test process has started


def _teacher() -> subprocess.Popen:
    if "teacher" not in _open:
        command = [sys.executable, "-W", "error", "-c", TEACHER]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        _open["teacher"] = subprocess.Popen(command, **pipes, env=ENVIRONMENT, text=True, bufsize=1)
        assert _open["teacher"].stdout.readline() == "ready\n"
    return _open["teacher"]


def _kernel() -> Any:
    """The manager of one Jupyter kernel for all notebooks of this process."""
    if "kernel" not in _open:
        from jupyter_client.manager import AsyncKernelManager

        _open["kernel"] = AsyncKernelManager(kernel_name="python3")
    return _open["kernel"]


def end() -> None:
    """Stop what has been started."""
    if teacher := _open.pop("teacher", None):
        teacher.stdin.close()
        teacher.wait(20)
        teacher.stdout.close()
    if kernel := _open.pop("kernel", None):
        from jupyter_core.utils import run_sync

        run_sync(kernel.shutdown_kernel)(now=True)


def run_script(name, config, folder, frame="result", alone=False) -> pd.DataFrame:
    """The DataFrame `frame` that the rendered script leaves behind. `alone`: in a new interpreter,
    as a student does.
    """
    script = recipes.script(name, config)
    assert "weightkit" not in script.replace("WEIGHTKIT_DATA", ""), "plain PyTorch only"
    out, file = (folder / f"{name.replace('/', '_')}.{end}" for end in ("csv", "py"))
    file.write_text(
        script + f"\n({frame}).to_csv({str(out)!r}, index=False)\nassert chart.to_dict()\n"
    )
    if alone or not hasattr(os, "fork"):
        _run_alone(file)
    else:
        teacher = _teacher()
        teacher.stdin.write(
            json.dumps([str(file), str(folder), os.environ.get("WEIGHTKIT_DATA")]) + "\n"
        )
        code = teacher.stdout.readline()
        assert code == "0\n", (
            (folder / "problem.txt").read_text()[-2000:] if code else "the teacher has ended"
        )
    return pd.read_csv(out)


def _run_alone(file: Path) -> None:
    command = [sys.executable, "-W", "error", str(file)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command,
        cwd=file.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def run_notebook(name, config, folder, frame="result") -> tuple[Any, pd.DataFrame]:
    """(the executed notebook, the DataFrame `frame` that it leaves behind). Every notebook finds an
    empty kernel.
    """
    from nbclient import NotebookClient

    made = nbformat.reads(recipes.notebook(name, config, "Title", "Question?"), as_version=4)
    out = folder / f"{name.replace('/', '_')}.csv"
    before = "%reset -f\n" + _data_folder(os.environ.get("WEIGHTKIT_DATA"))
    after = f"({frame}).to_csv({str(out)!r}, index=False)"
    cells = [
        nbformat.v4.new_code_cell(text, id=f"test-{i}") for i, text in enumerate((before, after))
    ]
    made.cells = [cells[0], *made.cells, cells[1]]
    client = NotebookClient(made, km=_kernel(), timeout=300)
    try:
        client.execute(env=ENVIRONMENT, cwd=str(folder))
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    made.cells = made.cells[1:-1]
    return made, pd.read_csv(out)


def _data_folder(folder: str | None) -> str:
    return f"import os\nos.environ['WEIGHTKIT_DATA'] = {folder!r}\ndel os" if folder else ""
