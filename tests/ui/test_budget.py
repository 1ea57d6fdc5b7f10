"""Other data, chosen by hand: what the reader has not touched is lowered where it would be dear,
and nothing else.
"""

import dataclasses
import importlib
import pkgutil

import pytest

from tools.presets import opened, pages_seen
from weightkit import lessons
from weightkit.ui import budget
from weightkit.ui.controls import from_field


def configs():
    """Every Config that says its cost and offers MNIST."""
    for module in pkgutil.walk_packages(lessons.__path__, "weightkit.lessons."):
        if module.name.endswith(".config"):
            for found in vars(importlib.import_module(module.name)).values():
                if getattr(found, "__module__", "") == module.name and hasattr(found, "cost"):
                    data = [f for f in dataclasses.fields(found) if f.name == "dataset"]
                    if data and "mnist" in data[0].metadata["options"]:
                        yield found


CONFIGS = list(configs())


def controls(config):
    return [from_field(config, field.name) for field in dataclasses.fields(config)]


def test_there_are_configs():
    assert len(CONFIGS) >= 15


@pytest.mark.parametrize("config", CONFIGS, ids=lambda c: f"{c.__module__}.{c.__name__}"[18:])
def test_the_untouched_is_lowered_only_where_the_run_is_dear_and_no_further_than_asked(config):
    shown = controls(config)
    lower = budget.lowered(config(), "mnist", shown, "")
    full = budget._unchecked(config(), {"dataset": "mnist"}).cost.seconds
    taken = budget._unchecked(config(), {**lower, "dataset": "mnist"}).cost.seconds
    assert bool(lower) == (full > budget.ENOUGH) or not set(budget.LEAST) & set(vars(config()))
    assert taken < full or not lower
    for control in shown:
        if control.key in lower:
            value = lower[control.key]
            assert value < control.default and (not control.options or value in control.options)
            dataclasses.replace(config(), **{control.key: value})  # allowed, and one the slider has
    if taken > budget.ENOUGH:  # all of it was lowered as far as it goes
        left = {
            c.key for c in shown if c.key in budget.LEAST or budget._counts(c.key) and not c.most
        }
        assert not [
            c.key
            for c in shown
            if c.key in left
            and budget._lower(c, lower.get(c.key, c.default), budget.LEAST.get(c.key, budget.COUNT))
        ]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda c: f"{c.__module__}.{c.__name__}"[18:])
def test_what_the_reader_has_set_stays(config):
    shown = controls(config)
    touched = {c.key for c in shown if c.key in budget.LEAST}
    free = [c for c in shown if c.key not in touched]
    assert not touched & budget.lowered(config(), "mnist", free, "").keys()


def chosen(at, key, value):
    kinds = (at.segmented_control, at.selectbox, at.slider)
    return next(w for kind in kinds for w in kind if w.key == key).set_value(value).run()


def test_a_page_lowers_says_so_shares_it_and_takes_it_back():
    with pages_seen() as seen:
        at = opened("variance_sweep")
        usual = seen[-1].settings
        at = chosen(at, "dataset", "mnist")
        assert not at.exception and not at.error
        lower = seen[-1].settings
        assert (lower["n_seeds"], lower["epochs"]) == (1, 2) and lower["n_stds"] < usual["n_stds"]
        assert {"dataset=mnist", "n_seeds=1", "epochs=2"} <= set(seen[-1].query().split("&"))
        assert any("Epochs 2 instead of 10" in c.value for c in at.caption)
        at = chosen(at, "epochs", 4)
        assert not any("Epochs 2 instead" in c.value for c in at.caption)
        at = chosen(at, "dataset", "digits")
        back = seen[-1].settings
        assert back == usual | {"epochs": 4}, "what the reader has set stays"
        assert not any("instead of" in c.value for c in at.caption)


def test_a_link_means_what_it_says():
    with pages_seen() as seen:
        at = opened("same_value_init", dataset="mnist")
    assert not at.exception and seen[-1].settings["dataset"] == "mnist"
    assert (seen[-1].settings["n_seeds"], seen[-1].settings["epochs"]) == (3, 10)
    assert not any("instead of" in c.value for c in at.caption)
