"""What all recipes share: they render, they are valid notebooks, and one notebook is executed as it is."""

import ast

import nbformat
import pytest

from weightkit import recipes
from weightkit.ui import warm
from weightkit.ui.lessons import LESSONS

SLUGS = [lesson.slug for lesson in LESSONS]


@pytest.mark.parametrize("slug", SLUGS)
def test_scripts_are_short_plain_python(slug):
    (_, config), *_ = warm.defaults(slug)
    script = recipes.script(slug, config)
    ast.parse(script)
    assert len(script.splitlines()) < 200
    assert all(len(line) <= 200 for line in script.splitlines())
    assert "{{" not in script
    assert "{%" not in script


@pytest.mark.parametrize("slug", SLUGS)
def test_notebooks_are_valid_and_end_in_the_chart(slug):
    (_, config), *_ = warm.defaults(slug)
    made = nbformat.reads(recipes.notebook(slug, config, "Title", "Question?", "http://x/y"), as_version=4)
    nbformat.validate(made)
    assert made.cells[0].source.startswith("# Title")
    assert "http://x/y" in made.cells[0].source
    assert made.cells[-1].source == "chart"
    assert sum(cell.cell_type == "markdown" for cell in made.cells) >= 2


def test_cells_of_a_percent_script():
    source = "# %% [markdown]\n# Words\n# more.\n# %%\nx = 1\n\n# %%\ny = 2\n"
    assert recipes.cells(source) == [("markdown", "Words\nmore."), ("code", "x = 1"), ("code", "y = 2")]


@pytest.mark.filterwarnings("ignore")  # nbclient and its kernel warn about their own insides
@pytest.mark.parametrize("slug", ["matrix_sizes"])
def test_a_notebook_runs_as_it_is_and_shows_its_chart(slug):
    from nbclient import NotebookClient

    (_, config), *_ = warm.defaults(slug)
    made = nbformat.reads(recipes.notebook(slug, config, "Title", "Question?"), as_version=4)
    NotebookClient(made, timeout=300).execute()
    outputs = made.cells[-1].outputs
    assert any("vegaEmbed" in output.get("data", {}).get("text/html", "") for output in outputs)
