"""Run a recipe as a student would: the script in a process of its own."""

import os
import subprocess
import sys

import pandas as pd

from weightkit import recipes


def run_script(name, config, folder, frame="result") -> pd.DataFrame:
    """The DataFrame `frame` that the rendered script leaves behind."""
    script = recipes.script(name, config)
    assert "weightkit" not in script.replace("WEIGHTKIT_DATA", ""), "plain PyTorch only"
    out = folder / f"{name}.csv"
    file = folder / f"{name}.py"
    file.write_text(script + f"\n{frame}.to_csv({str(out)!r}, index=False)\nassert chart.to_dict()\n")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(file)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return pd.read_csv(out)
