"""The theory part: why random, why this variance. Eight small experiments, one at a time."""

from typing import Any

from weightkit.ui import lesson

page = lesson.start(
    "signal_propagation",
    "**Why random?** Units that start alike learn alike (see *Symmetry*, *Landscape*, *Saddles*)."
    " **Why this variance?** A network is a chain of matrices. What each one does to the size of"
    " the numbers that pass, it does again and again: thirty layers that halve leave a billionth."
    " The formulas for the first random weights are about that.",
)

from weightkit.lessons import signal_propagation as theory

DRAWN = "width std n_seeds seed"
STEPS = "optimizer learning_rate epochs batch_size dataset"
TRAINED = f"learning_rate epochs batch_size dataset activation biases {DRAWN}"
PATH = "optimizer learning_rate epochs dataset seed"
ASKED: dict[str, tuple[type, str, str]] = {  # by view: its Config, what is always asked, the rest
    "": (theory.Config, "activation depth inits", f"biases {DRAWN}"),
    "histograms": (theory.HistogramConfig, "activation depth inits", f"dataset {DRAWN}"),
    "contest": (theory.DepthConfig, "depth optimizer inits", f"normalization {TRAINED}"),
    "map": (theory.MapConfig, "by optimizer normalization", f"n_stds {TRAINED}"),
    "inputs": (
        theory.InputsConfig,
        "activation bias_std depth",
        f"correlation n_stds reach {STEPS} width n_seeds seed",
    ),
    "saddles": (
        theory.SaddlesConfig,
        "width steps dataset",
        "init std tolerance samples optimizer learning_rate n_seeds seed",
    ),
    "landscape": (
        theory.LandscapeConfig,
        "plane constant init",
        f"depth width activation std extent resolution {PATH}",
    ),
    "symmetry": (theory.SymmetryConfig, "activation learning_rate steps", ""),
}
CHANGED: dict[str, Any] = {"optimizer": {"dropdown": True}, "n_seeds": {"high": 10}}
CHANGED |= {"resolution": {"low": 11}}
NUMBERS = ("w11", "w12", "b1", "v1"), ("w21", "w22", "b2", "v2"), ("x1", "x2", "c", "t")


def ask() -> Any:
    """The Config of the chosen view; its settings have names of their own in the link."""
    config, first, rest = ASKED[view.slug]
    keys, more, changes = first.split(), rest.split(), CHANGED
    fixed: dict[str, Any] = {}
    if view.slug == "symmetry":
        fixed, changes = page.boxes(config, NUMBERS, view), {"steps": {"high": 200}}
    return page.controls(config, keys, more, view.presets, fixed, view.prefix, **changes)


view = page.choose(theory.VIEWS)
drawing = page.main.container() if view.slug == "symmetry" else None  # above the numbers
config = ask()
told = page.tell(view.module, config)
story = told.story
match view.slug:
    case "":
        page.show(story["signal-by-layer"], first=True)
        page.show(story["gradient-by-layer"], first=True)
        page.pair(story["factor-per-layer"], story.get("flat-share"))
        page.show(story["gain-by-slope"])
        page.say(view.module.derivation())
    case "histograms":  # Glorot and Bengio 2010, figures 6 and 7
        page.pair(story["activation-histograms"], story["gradient-histograms"], beside=True)
        page.say(view.module.paper(story.facts), beside=True)
    case "contest":  # He et al. 2015, figure 3
        page.show(story["depth-contest"])
        page.show(story["depth-contest-loss"], first=True)
    case "map":
        page.show(story[f"map-by-{config.by}"])
        page.say(view.module.theory(config), beside=True)
    case "inputs":  # Poole et al. 2016
        page.show(story["correlation-by-layer"])
        page.pair(story["size-by-layer"], story["spread-by-layer"])
        page.pair(story["correlation-by-std"], story["trainability-by-std"])
        page.say(view.module.theory(config))
    case "saddles":  # Dauphin et al. 2014
        page.show(story["spectrum"])
        page.pair(story["curvature-counts"], story["index-by-loss"])
    case "landscape":  # Li et al. 2018
        page.pair(story["plane-constant"], story["plane-random"], beside=True)
        page.show(story["landscape-profile"])
    case "symmetry":
        resized, height = view.module.charts.resized, page.height(200)
        page.show(
            told.look(resized, config, height) if page.embedded else story["two-two-one"],
            into=drawing,
        )
        one, two = page.columns(2)
        page.say(view.module.PROOF, into=one)
        page.show(story["two-units"], into=two)
        *units, output = view.module.algebra(story.facts, config)
        for place, unit in zip(page.columns(2), units, strict=True):
            page.say(unit, into=place)
        page.say(output)
page.end(told, view.module.__name__.removeprefix("weightkit.lessons.").replace(".", "/"))
