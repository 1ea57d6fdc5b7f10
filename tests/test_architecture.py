"""Who may import whom (HOUSE.md), held by reading the sources."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "weightkit"
CORE = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")
ROOMS = {
    "charts",
    "classes",
    "inspection",
    "lessons",
    "recipes",
    "ui",
}  # all other files of weightkit; rules for each below
SHARED = sorted(path.stem for path in (PACKAGE / "lessons").glob("[!_]*.py"))
"""What all lessons have in common."""


@pytest.mark.parametrize(("folder", "most"), [("weightkit", 300), ("pages", 110)])
def test_a_file_is_short_enough_to_be_read_at_once(folder, most):
    lengths = {p: p.read_text("utf-8").count("\n") for p in (ROOT / folder).rglob("*.py")}
    assert len(lengths) > 10 and not {p: n for p, n in lengths.items() if n > most}


def imported(path):
    """Absolute names of all modules that a file imports, anywhere in it, and of those it takes with
    lazy().
    """
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join(base + ([node.module] if node.module else []))
            found |= {stem} | {f"{stem}.{alias.name}" for alias in node.names}
        elif (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "lazy"
            and isinstance(node.args[0], ast.Constant)
        ):
            found.add(node.args[0].value)
    return found


def uses(path, name):
    return any(module == name or module.startswith(name + ".") for module in imported(path))


def files(folder):
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize(
    "path", [p for p in files("weightkit") if "ui" not in p.parts], ids=lambda p: p.stem
)
def test_only_the_ui_knows_streamlit(path):
    assert not uses(path, "streamlit")
    assert not uses(path, "weightkit.ui")


@pytest.mark.parametrize("path", files("pages"), ids=lambda p: p.stem)
def test_pages_choose_words_widgets_and_columns(path):
    for heavy in ("torch", "pandas", "numpy", "altair", "sklearn"):
        assert not uses(path, heavy), heavy
    own = tuple(f"weightkit.{room}.{path.stem}" for room in ("lessons", "charts"))
    for module in imported(path):
        if module.startswith(("weightkit.charts.", "weightkit.lessons.")):
            assert module.startswith(own), module


def lesson_files():
    """Files of lessons, each with the name of its lesson."""
    return [p for p in files("weightkit/lessons") if p.parent.name != "lessons"]


def slug_of(path):
    return path.relative_to(PACKAGE / "lessons").parts[0]


@pytest.mark.parametrize(
    "path", lesson_files(), ids=lambda p: str(p.relative_to(PACKAGE / "lessons"))
)
def test_a_lesson_knows_no_other_and_each_of_its_files_what_it_needs(path):
    mine = slug_of(path)
    for module in imported(path):
        assert not module.startswith("weightkit.ui"), module
        if module.startswith("weightkit.lessons."):
            assert module.split(".")[2] in (mine, *SHARED), module
    forbidden = {
        "config": ("torch", "pandas", "altair", "weightkit.charts"),
        "findings": ("torch", "altair", "weightkit.charts"),
        "charts": ("torch",),
        "story": ("torch",),
    }
    kind = "charts" if path.parent.name == "charts" else path.stem  # a file, or a folder of files
    for stranger in forbidden.get(kind, ("altair", "weightkit.charts")):
        assert not uses(path, stranger), stranger


@pytest.mark.parametrize("path", files("weightkit/charts"), ids=lambda p: p.stem)
def test_charts_know_only_frames(path):
    """pandas and Altair (numpy is part of pandas, scipy of one interval), and nothing of weightkit
    but charts.
    """
    known = {*sys.stdlib_module_names, "pandas", "altair", "numpy", "scipy", "segno", "weightkit"}
    known |= {"pptx"} if path.stem == "powerpoint" else set()  # the script of a child process
    for module in imported(path):
        assert module.split(".")[0] in known, module
        if module.startswith("weightkit.lazy"):
            continue
        assert (
            module in ("weightkit", "weightkit.charts")
            or not module.startswith("weightkit")
            or (module.startswith("weightkit.charts."))
        ), module


@pytest.mark.parametrize("stem", CORE)
def test_the_core_stands_alone(stem):
    for room in sorted(ROOMS):
        assert not uses(PACKAGE / f"{stem}.py", f"weightkit.{room}")


@pytest.mark.parametrize("stem", SHARED)
def test_what_lessons_share_knows_none_of_them(stem):
    for module in imported(PACKAGE / "lessons" / f"{stem}.py"):
        assert not module.startswith(("weightkit.ui", "weightkit.recipes")), module
        if module.startswith("weightkit.lessons."):
            assert module.split(".")[2] in SHARED, module


@pytest.mark.parametrize("path", files("weightkit/inspection"), ids=lambda p: p.stem)
def test_inspecting_knows_the_core_and_draws_in_its_charts(path):
    draws = path.parent.name == "charts"
    for stranger in ("weightkit.lessons", "weightkit.recipes", *(() if draws else ("altair",))):
        assert not uses(path, stranger), stranger
    for module in imported(path):
        if module.startswith("weightkit.charts") and not draws:
            types = ("weightkit.charts", "weightkit.charts.Figure")  # for a type checker
            known = path.stem == "inspecting" and module in types
            assert known or module.startswith("weightkit.charts.words"), module
    if draws or path.stem in ("findings", "sentences"):
        assert not uses(path, "torch")


@pytest.mark.parametrize("path", files("weightkit/classes"), ids=lambda p: p.stem)
def test_classes_know_neither_lessons_nor_how_they_are_shown(path):
    for module in imported(path):
        assert module.split(".")[0] in {*sys.stdlib_module_names, "redis", "weightkit"}, module
        assert not module.startswith("weightkit.") or module.startswith(
            ("weightkit.classes", "weightkit.lazy")
        ), module


@pytest.mark.parametrize("path", files("weightkit/recipes"), ids=lambda p: p.stem)
def test_recipes_know_no_lesson(path):
    for room in ("charts", "lessons", "ui"):
        assert not uses(path, f"weightkit.{room}")


def test_every_file_lives_in_a_room_that_has_rules():
    assert {p.relative_to(PACKAGE).parts[0] for p in files("weightkit")} == {
        *ROOMS,
        *(f"{stem}.py" for stem in (*CORE, "__init__")),
    }
    assert CORE and SHARED


@pytest.mark.parametrize(
    "path", files("weightkit") + files("pages"), ids=lambda p: str(p.relative_to(ROOT))
)
def test_no_global_seeds(path):
    source = path.read_text()
    assert "torch.manual_seed" not in source
    assert "np.random.seed" not in source


def test_importing_weightkit_the_lessons_and_their_questions_pulls_in_nothing_heavy():
    slugs = sorted({slug_of(p) for p in lesson_files()})
    code = (
        f"import sys, importlib, weightkit\nfor slug in {slugs!r}:\n    lesson ="
        " importlib.import_module('weightkit.lessons.' + slug)\n    if hasattr(lesson, 'ask'):"
        " lesson.ask(lesson.Config())\n    for view in getattr(lesson, 'VIEWS', ()):\n       "
        " view.module.ask(next(c for n, c in vars(view.module).items() if"
        " n.endswith('Config'))())\nprint([m for m in ('streamlit', 'torch', 'pandas', 'altair',"
        " 'sklearn', 'scipy', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_lesson_imports_what_a_small_server_has_no_room_for():
    """torch's compiler comes with the first torch.optim.Optimizer and with the meta device (64 MB);
    see also datasets.
    """
    code = (
        "import sys\nfrom weightkit.lessons import freezing, matrix_sizes, weight_changes,"
        " xavier_kaiming\nmatrix_sizes.run(), freezing.compare_loops(2),"
        " freezing.leftovers(2)\nweight_changes.run(weight_changes.Config(epochs=5)),"
        " xavier_kaiming.run(xavier_kaiming.Config(epochs=1))\nheavy = ('sympy', 'torch._dynamo',"
        " 'torch._inductor', 'sklearn', 'scipy.stats')\nprint([m for m in heavy if m in"
        " sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_same_stem_everywhere():
    from weightkit.ui.lessons import LESSONS, TOOLS

    slugs = {lesson.slug for lesson in LESSONS}
    assert {p.stem for p in files("pages")} == slugs | {page.slug for page in TOOLS}
    assert {slug_of(p) for p in lesson_files()} == slugs


def eager(package: Path) -> set[str]:
    """The modules of a package that its __init__ imports at once."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    return {
        node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
    }


def test_charts_are_imported_in_one_order():
    """Parent before child: who imports a part of a package whose __init__ imports that part takes
    the locks the other way round, and two readers of a cold server may then meet in the middle
    (`_DeadlockError`).
    """
    charts = PACKAGE / "charts"
    for package in (charts / "grammar", charts / "export"):
        parts = eager(package)
        assert parts
        named = "|".join(f"{package.name}\\.{part}" for part in sorted(parts))
        for file in PACKAGE.rglob("*.py"):
            if package not in file.parents:
                found = re.search(rf"^from \S*({named}) import", file.read_text(), re.MULTILINE)
                assert not found, f"{file}: {found and found[0]}"
