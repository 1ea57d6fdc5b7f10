"""The script on sizes gives the page's shapes and dot product."""

import pytest
from recipes_helpers import run_script

from weightkit.experiments.matrix_sizes import PRESETS, Config, parse_sizes, run


@pytest.mark.parametrize("preset", PRESETS)
def test_the_script_gives_the_pages_numbers(preset, tmp_path):
    settings = dict(PRESETS[preset])
    settings.pop("view", None)
    if "sizes" in settings:
        settings["sizes"] = parse_sizes(settings["sizes"])
    config = Config(**settings, layer=2, unit=2, activation="relu")
    ours = run(config)
    theirs = run_script("matrix_sizes", config, tmp_path)
    assert theirs["weight_shape"].tolist() == ours.shapes["weight_shape"].tolist()
    assert theirs["weights"].tolist() == ours.shapes["weights"].tolist()
    values = run_script("matrix_sizes", config, tmp_path, "pd.DataFrame({'d': [dot_product], 'error': [error]})")
    assert values["d"].item() == pytest.approx(ours.output["dot_product"].item(), rel=1e-4)
    assert values["error"].item() == ours.error["message"].item()
