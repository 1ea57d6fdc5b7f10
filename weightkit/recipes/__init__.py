"""Recipes: each experiment as a short plain-PyTorch script and a notebook, made from the current
settings.

A recipe, the `recipe.py.j2` of a lesson's folder (`name`: the folder below lessons/), sees the
fields of the Config as variables (`py` writes a value as Python) and is divided into cells by `#
%%` (code) and `# %% [markdown]` (text in comments), as Jupytext and VS Code read them. It leaves
the numbers of the page in a DataFrame called `result`, and a chart of them in `chart`.
"""

from __future__ import annotations

import textwrap
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..datasets import DATASETS, Dataset, size_of
from ..lazy import lazy
from ..models import HIDDEN
from ..pieces import MEASURED
from .agreement import promise

jinja2, nbformat = lazy("jinja2"), lazy("nbformat")

CODE = "\n# %%\n"  # where the first cell of code begins
FOLDER = Path(__file__).parent
LESSONS = FOLDER.parent / "lessons"
PASTED = "your_data.csv"  # what a script calls a table that has no file's name


def names() -> list[str]:
    """All recipes."""
    own = [str(p.parent.relative_to(LESSONS)) for p in LESSONS.rglob("recipe.py.j2")]
    return sorted(own + [p.name.removesuffix(".py.j2") for p in FOLDER.glob("[!_]*.py.j2")])


@cache
def _environment() -> Any:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([FOLDER, LESSONS]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )
    environment.filters["py"] = repr
    environment.globals["hidden"] = ", ".join(map(str, HIDDEN))  # of the course's network
    return environment


def _data(dataset: Any) -> dict[str, Any]:
    """What the recipes' parts ask of the data: whether it has two classes; `some`, which of its
    training examples are measured; of a reader's own, its file and form.
    """
    large = dataset in DATASETS or isinstance(dataset, Dataset)
    large = large and size_of(dataset).train > MEASURED
    some = {"some": f"[:{MEASURED}]" if large else ""}
    if isinstance(dataset, Dataset):
        file = dataset.name if "." in dataset.name else PASTED
        return some | {"binary": dataset.task == "binary", "file": file, "csv": dataset.csv}
    return some | {"binary": dataset in DATASETS and DATASETS[dataset].task == "binary"}


def script(name: str, config: Any) -> str:
    """The Python script of recipe `name` for a Config (or a dict of its values); below its title it
    says how closely it gives the page's numbers.
    """
    values = (
        {f.name: getattr(config, f.name) for f in fields(config)}
        if is_dataclass(config) and not isinstance(config, type)
        else dict(config)
    )
    values |= _data(values.get("dataset"))
    own = LESSONS / name / "recipe.py.j2"
    template = f"{name}/recipe.py.j2" if own.exists() else f"{name}.py.j2"
    title, mark, rest = _environment().get_template(template).render(**values).partition(CODE)
    promised = textwrap.fill(promise(name), 116, initial_indent="# ", subsequent_indent="# ")
    return f"{title}\n#\n{promised}{mark}{rest}"


def cells(source: str) -> list[tuple[str, str]]:
    """[("markdown" | "code", text)] of a script in percent format."""
    found: list[tuple[str, list[str]]] = [("code", [])]
    for line in source.splitlines():
        if line.startswith("# %%"):
            found.append(("markdown" if "[markdown]" in line else "code", []))
        else:
            found[-1][1].append(line)
    texts = []
    for kind, lines in found:
        if kind == "markdown":
            lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
        text = "\n".join(lines).strip()
        if text:
            texts.append((kind, text))
    return texts


def notebook(name: str, config: Any, title: str, question: str, link: str = "") -> bytes:
    """The same script as a Jupyter notebook, with title, question and the link back to the page; it
    ends in the chart.
    """
    made = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        }
    )
    origin = f"\n\nMade by weightkit: <{link}>" if link else ""
    made.cells.append(nbformat.v4.new_markdown_cell(f"# {title}\n\n{question}{origin}"))
    for kind, text in cells(script(name, config)):
        new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        made.cells.append(new(text))
    made.cells.append(nbformat.v4.new_code_cell("chart"))
    for i, cell in enumerate(made.cells):
        cell["id"] = f"cell-{i}"
    nbformat.validate(made)
    return nbformat.writes(made).encode()
