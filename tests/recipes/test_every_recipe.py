"""What all recipes share: they render, they are valid notebooks, and every script and every
notebook gives the page's numbers.
"""

import ast

import nbformat
import pytest
from recipes_cases import CASES, MEASURED, RECIPES
from recipes_helpers import run_notebook, run_script

from weightkit import recipes
from weightkit.recipes.agreement import AGREEMENT, Agreement, promise


@pytest.mark.parametrize("name", RECIPES)
def test_scripts_are_short_plain_python(name):
    script = recipes.script(name, RECIPES[name].config())
    ast.parse(script)
    assert len(script.splitlines()) < 200
    assert all(len(line) <= 200 for line in script.splitlines())
    assert "{{" not in script
    assert "{%" not in script


@pytest.mark.parametrize("name", RECIPES)
def test_notebooks_are_valid_and_end_in_the_chart(name):
    config = RECIPES[name].config()
    made = nbformat.reads(
        recipes.notebook(name, config, "Title", "Question?", "http://x/y"), as_version=4
    )
    nbformat.validate(made)
    assert made.cells[0].source.startswith("# Title")
    assert "http://x/y" in made.cells[0].source
    assert made.cells[-1].source == "chart"
    assert sum(cell.cell_type == "markdown" for cell in made.cells) >= 2


def test_cells_of_a_percent_script():
    source = "# %% [markdown]\n# Words\n# more.\n# %%\nx = 1\n\n# %%\ny = 2\n"
    assert recipes.cells(source) == [
        ("markdown", "Words\nmore."),
        ("code", "x = 1"),
        ("code", "y = 2"),
    ]


def test_the_table_of_cases_has_every_recipe():
    assert sorted(RECIPES) == recipes.names()


@pytest.fixture
def data(request):
    """data(config) skips where the config needs real data that are not there."""

    def need(config):
        if getattr(config, "dataset", None) in ("mnist", "wine_quality"):
            request.getfixturevalue("real_data")

    return need


@pytest.mark.parametrize(("name", "preset"), CASES)
def test_the_script_of_every_preset_gives_the_pages_numbers(name, preset, data, tmp_path):
    recipe = RECIPES[name]
    config = recipe.config(preset)
    data(config)
    MEASURED.clear()
    recipe.compare(config, run_script(name, config, tmp_path, recipe.frame))
    if not preset:  # the default, shortened, keeps what is promised of the whole
        for promised in AGREEMENT.get(name, ()):
            pairs = [p for p in MEASURED if p.measure == promised.measure]
            assert pairs, "a script may print one measure of several frames"
            for pair in pairs:
                known = zip(pair.differences, abs(pair.ours), strict=True)
                assert all(promised.holds(difference, size) for difference, size in known)


def test_what_is_promised_is_said_in_the_script():
    for name, recipe in RECIPES.items():
        said = recipes.script(name, recipe.config()).partition("\n# %%\n")[0]
        assert " ".join(said.replace("\n# ", " ").split()).endswith(promise(name))


@pytest.mark.parametrize(
    ("agreement", "sentence"),
    [
        (Agreement("a", "accuracies", 0.072, 0.004), "by 0.4 points on average and by 7.2 at most"),
        (Agreement("s", "sums", relative=3e-8), "to 7 digits"),
        (Agreement("s", "sums", relative=1e-15), "to the last digit"),
        (Agreement("d", "distances", relative=0.033), "by 3.3% at most"),
    ],
)
def test_a_promise_is_what_was_measured(agreement, sentence):
    assert agreement.sentence.endswith(sentence)
    assert agreement.holds(agreement.most or agreement.relative, 1.0)
    assert not agreement.holds(0.08, 1.0)


@pytest.mark.filterwarnings("ignore")  # nbclient and its kernel warn about their own insides
@pytest.mark.parametrize("name", RECIPES)
def test_the_notebook_runs_as_it_is_shows_its_chart_and_gives_the_pages_numbers(name, tmp_path):
    recipe = RECIPES[name]
    config = recipe.config()
    made, frame = run_notebook(name, config, tmp_path, recipe.frame)
    assert any(
        "vegaEmbed" in output.get("data", {}).get("text/html", "")
        for output in made.cells[-1].outputs
    )
    recipe.compare(config, frame)


@pytest.mark.parametrize("slug", ["matrix_sizes", "freezing/schedules"])
def test_a_script_needs_nothing_that_another_has_imported(slug, tmp_path):
    recipe = RECIPES[slug]
    recipe.compare(
        recipe.config(), run_script(slug, recipe.config(), tmp_path, recipe.frame, alone=True)
    )
