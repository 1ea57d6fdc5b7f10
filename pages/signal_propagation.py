"""The theory part: why random, why this variance. Eight small experiments, one at a time."""

from typing import Any

from weightkit.lessons import signal_propagation as theory
from weightkit.ui import lesson

DRAWN = ["width", "std", "n_seeds", "seed"]
STEPS = ["optimizer", "learning_rate", "epochs", "batch_size", "dataset"]
TRAINED = [*STEPS[1:], "activation", "biases", *DRAWN]
PATH = ["optimizer", "learning_rate", "epochs", "dataset", "seed"]
WALKED = ["depth", "width", "activation", "std", "extent", "resolution", *PATH]
NUMBERS = (("w11", "w12", "b1", "v1", "x1", "c"), ("w21", "w22", "b2", "v2", "x2", "t"))
SHARED: dict[str, Any] = {"optimizer": {"dropdown": True}, "n_seeds": {"high": 10}}


def controls(config: type, keys: list, more: list, **changes):
    """The controls of the chosen view; its settings have names of their own in the link."""
    if page.embedded:  # a slide has room for one row of controls
        keys, more = keys[:2], [*keys[2:], *more]
    return page.controls(config, keys, more, view.presets, prefix=view.prefix, **(SHARED | changes))


def fitted(told, name: str, draw, pixels: int, *values):
    """The story's figure of this name; in a slide, where its words have less room, drawn anew."""
    return told.look(draw, *values, page.height(pixels)) if page.embedded else told.story[name]


def signal() -> None:
    """One pass forward, one back, and the theory drawn on both."""
    config = controls(theory.Config, ["activation", "depth", "inits"], ["biases", *DRAWN])
    told = page.tell(view.module, config)
    for name, which, pixels in (
        ("signal-by-layer", "forward", 300),
        ("gradient-by-layer", "backward", 240),
    ):
        page.show(fitted(told, name, view.module.charts.resized, pixels, config, which), first=True)
    page.pair(told.story["factor-per-layer"], told.story.get("flat-share"))
    gain, derivation = page.columns(2)
    page.show(told.story["gain-by-slope"], into=gain)
    page.say(view.module.derivation(), into=derivation)
    page.end(told, "signal_propagation/signal")


def histograms() -> None:
    """Glorot and Bengio 2010, figures 6 and 7."""
    config = controls(theory.HistogramConfig, ["activation", "depth", "inits"], ["dataset", *DRAWN])
    told = page.tell(view.module, config)
    page.pair(told.story["activation-histograms"], told.story["gradient-histograms"], beside=True)
    page.say(view.module.paper(told.story.facts), beside=True)
    page.end(told, "signal_propagation/layer_histograms")


def contest() -> None:
    """He et al. 2015, figure 3."""
    config = controls(
        theory.DepthConfig, ["depth", "optimizer", "inits"], ["normalization", *TRAINED]
    )
    told = page.tell(view.module, config)
    page.show(fitted(told, "depth-contest", view.module.charts.resized, 300))
    page.show(told.story["depth-contest-loss"], first=True)
    page.end(told, "signal_propagation/contest")


def trainability() -> None:
    """Where networks train: depth against scheme, or against the std of the weights."""
    config = controls(theory.MapConfig, ["by", "optimizer", "normalization"], ["n_stds", *TRAINED])
    told = page.tell(view.module, config)
    page.show(told.story[f"map-by-{config.by}"])
    page.say(view.module.theory(config), beside=True)
    page.end(told, "signal_propagation/map")


def inputs() -> None:
    """Two inputs, layer by layer, beside trainability (Poole et al. 2016)."""
    keys, more = ["activation", "bias_std", "depth"], ["correlation", "n_stds", "reach", *STEPS]
    config = controls(theory.InputsConfig, keys, [*more, "width", "n_seeds", "seed"])
    told = page.tell(view.module, config)
    page.show(told.story["correlation-by-layer"])
    page.pair(told.story["size-by-layer"], told.story["spread-by-layer"])
    page.pair(told.story["correlation-by-std"], told.story["trainability-by-std"])
    page.say(view.module.theory(config))
    page.end(told, "signal_propagation/two_inputs")


def saddles() -> None:
    """The Hessian's eigenvalues at zero, at a random start and after training."""
    keys, more = ["width", "steps", "dataset"], ["init", "std", "tolerance", "samples"]
    config = controls(
        theory.SaddlesConfig, keys, [*more, "optimizer", "learning_rate", "n_seeds", "seed"]
    )
    told = page.tell(view.module, config)
    page.show(told.story["spectrum"])
    page.pair(told.story["curvature-counts"], told.story["index-by-loss"])
    page.end(told, "signal_propagation/saddle_points")


def landscape() -> None:
    """Salt flats against badlands (Li et al. 2018)."""
    config = controls(
        theory.LandscapeConfig, ["plane", "constant", "init"], WALKED, resolution={"low": 11}
    )
    told = page.tell(view.module, config)
    page.pair(told.story["plane-constant"], told.story["plane-random"], beside=True)
    page.show(told.story["landscape-profile"])
    page.end(told, "signal_propagation/loss_landscape")


def symmetry() -> None:
    """One gradient step of a 2-2-1 network, by hand."""
    drawing, asked = page.main.container(), ["activation", "learning_rate", "steps"]
    numbers = page.boxes(theory.SymmetryConfig, NUMBERS, view)
    config = controls(theory.SymmetryConfig, asked, [], fixed=numbers, steps={"high": 200})
    told = page.tell(view.module, config)
    page.show(fitted(told, "two-two-one", view.module.charts.resized, 200, config), into=drawing)
    one, two = page.columns(2)
    page.say(view.module.PROOF, into=one)
    page.show(told.story["two-units"], into=two)
    *units, output = view.module.algebra(told.story.facts, config)
    for place, unit in zip(page.columns(2), units, strict=True):
        page.say(unit, into=place)
    page.say(output)
    page.end(told, "signal_propagation/symmetry")


SHOWN = {"": signal, "histograms": histograms, "contest": contest}
SHOWN |= {"map": trainability, "inputs": inputs, "landscape": landscape}
SHOWN |= {"saddles": saddles, "symmetry": symmetry}
page = lesson.start(
    "signal_propagation",
    "A network is a chain of matrices. What each one does to the **size** of the numbers that pass,"
    " it does again and again: thirty layers that halve leave a billionth. That is what the"
    " formulas for the first random weights are about.",
)
view = page.choose(theory.VIEWS)
SHOWN[view.slug]()
