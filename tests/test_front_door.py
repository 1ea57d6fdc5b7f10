"""README, ARCHITECTURE and CONTRIBUTING: short, and true of what lies beside them."""

import ast
import importlib
import inspect
import re
import struct
import tomllib

import pytest
import torch
from conftest import ROOT

from weightkit.lessons.settings import Training
from weightkit.ui.lessons import BEYOND, LESSONS

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/performance.md")


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 90


def test_the_picture_is_wide_and_light():
    (file,) = re.findall(r"!\[[^\]]{20,}\]\(([^)]+)\)", README)
    picture = (ROOT / file).read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (1280, 800)
    assert len(picture) < 300_000


def test_the_two_commands_install_what_they_say():
    commands = [line.strip() for line in README.splitlines() if line.startswith("    pip install")]
    assert commands == [
        "pip install --retries 1 -r requirements.txt && streamlit run streamlit_app.py",
        "pip install --retries 1 -r requirements-dev.txt && pytest",
    ]


def test_the_python_versions_are_those_that_pip_lets_in():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, last = map(int, re.search(r"Python 3\.(\d+) to 3\.(\d+)", README).groups())
    assert asked["requires-python"] == f">=3.{first},<3.{last + 1}"


def test_the_table_has_every_lesson():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `/(\w+)` \|$", README, re.M)
    assert [(title, slug) for title, _, slug in rows] == [(e.title, e.slug) for e in LESSONS]
    for (_, part, _), entry in zip(rows, LESSONS, strict=True):
        shown = re.sub(r"^Parts? ", "", entry.part).replace(BEYOND, "beyond")
        assert part == shown.replace("Theory", "theory")


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_points_at_are_there(page):
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (path.parent / link).exists(), link
    for name in re.findall(
        r"`((?:tests|tools|docs|benchmarks|weightkit|pages|\.ci)/[\w/.-]+)`", text
    ):
        assert (ROOT / name).exists(), name
    for module in re.findall(r"python -m (benchmarks[\w.]*)", text):
        folder = ROOT / module.replace(".", "/")
        assert folder.with_suffix(".py").exists() or (folder / "__main__.py").exists(), module


def test_the_notebook_cell_ends_in_a_chart_of_its_own_run():
    (cell,) = re.findall(r"```python\n(.*?)```", README, re.S)
    *before, last = ast.parse(cell).body
    names: dict = {}
    exec(compile(ast.Module(before, []), "README.md", "exec"), names)
    shown = eval(compile(ast.Expression(last.value), "README.md", "eval"), names)
    assert shown._repr_mimebundle_()
    result, config = names["result"], names["config"]
    assert names["story"].figures and names["swept"]["final"]["seed"].unique().tolist() == [0, 10]
    assert set(result.final["seed"]) == set(range(config.n_seeds))
    said = re.search(r"result\.final((?:, \.\w+)+)", cell)[1]
    for frame in re.findall(r"\.(\w+)", said):
        assert len(getattr(result, frame))


BLOCKS = {
    str(page.relative_to(ROOT)): blocks
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
    if (blocks := re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S))
}


def test_there_are_examples_in_the_docs():
    assert {"README.md", "docs/inspection.md"} <= set(BLOCKS)


@pytest.mark.parametrize("page", [page for page in BLOCKS if page != "README.md"])
def test_every_example_of_the_docs_runs(page, tmp_path, monkeypatch, capsys):
    """One after the other, as a reader types them; the README's is in a test of its own."""
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    with torch.random.fork_rng([]):
        for place, block in enumerate(BLOCKS[page]):
            exec(compile(block, f"{page}, block {place + 1}", "exec"), names)
    told = re.sub(r"[\d.]+", "", capsys.readouterr().out)
    for said in re.findall(r'# "(.*)"$', "\n".join(BLOCKS[page]), re.M):
        assert re.sub(r"[\d.]+", "", said) in told


def test_no_one_is_promised_a_training_on_every_page():
    """Matrix sizes, the signal and the formulas only draw numbers and send them on."""
    trains = {}
    for entry in LESSONS:
        lesson = importlib.import_module(f"weightkit.lessons.{entry.slug}")
        first = lesson.VIEWS[0].module if hasattr(lesson, "VIEWS") else lesson
        config = inspect.signature(first.run).parameters["config"].default
        trains[entry.slug] = isinstance(config, Training)
    assert not all(trains.values()) and any(trains.values())
    said = " ".join((ROOT / name).read_text() for name in ("README.md", "weightkit/ui/home.py"))
    assert not re.search(r"[Ee]very page (here )?\W*really", said) and "really trained" in said
