"""The question of Glorot and Bengio's figures, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import number, plural, scheme_name
from ...story import Question, Story, Verdict
from ..settings import LAYERS, SAMPLES
from .config import HistogramConfig

if TYPE_CHECKING:
    from .experiment import LayerHistograms
    from .findings import Facts, Width

ANSWERS = ("Wider", "About as wide", "Two to five times narrower", "More than five times narrower")


def asked(inits: tuple[str, ...]) -> str:
    """The scheme that the question is about."""
    return "pytorch_default" if "pytorch_default" in inits else inits[0]


def ask(config: HistogramConfig) -> Question:
    """How much narrower the last layer's activations are."""
    return Question(
        f"Real {SAMPLES[config.dataset]} enter"
        f" {plural(config.depth, LAYERS[config.activation] + ' layer')} with weights drawn as in"
        f" “{scheme_name(asked(config.inits))}”. How wide are the activations scattered in the last"
        " of these layers, compared with the first? (About as wide: half to one and a half times.)",
        ANSWERS,
    )


def tell(config: HistogramConfig, result: LayerHistograms) -> Story:
    """Everything that is true of one run."""
    from . import charts
    from .findings import facts

    f = facts(result.histograms, result.moments, config.activation)
    return Story(
        verdict=_verdict(f, next(w for w in f.of("activation") if w.init == asked(config.inits))),
        figures=tuple(
            charts.distributions(result.histograms, f, quantity)
            for quantity in ("activation", "gradient")
        ),
        shows=tuple(_shows(f)),
        facts=f,
    )


def _verdict(f: Facts, w: Width) -> Verdict:
    ratio = w.last / w.first if w.first else 1.0
    return Verdict(
        ANSWERS[0 if ratio > 1.5 else 1 if ratio > 0.5 else 2 if ratio > 0.2 else 3],
        f"Measured root mean squares with {scheme_name(w.init)}: {number(w.first)} in layer 1,"
        f" {number(w.last)} in layer {f.depth}.",
    )


def _shows(f: Facts) -> Iterator[str]:
    for w in f.widths:
        yield (
            f"**{scheme_name(w.init)}**,"
            f" {'activations' if w.quantity == 'activation' else 'gradients'}: root mean square"
            f" {number(w.first)} in layer 1 and {number(w.last)} in layer {f.depth}."
        )


MIDDLE = {
    "increases": "increases",
    "decreases": "decreases",
    "mixed": "neither only grows nor only shrinks",
}


def paper(f: Facts) -> str:
    """The paper's own words beside what is seen here, in Markdown; only for the paper's pair of
    schemes and tanh.
    """
    if f.peaks is None:
        return (
            "Choose tanh, PyTorch's default and Xavier uniform to compare with Glorot and Bengio's"
            " figures 6 and 7."
        )
    up, down = (MIDDLE[f.peaks[quantity]] for quantity in ("activation", "gradient"))
    return (
        "**The paper** (Glorot and Bengio 2010), below figure 6, with the standard initialization"
        " on top: “0-peak increases for higher layers”; below figure 7: “0-peak decreases for"
        " higher layers”. **Here**, with the same standard initialization (PyTorch's default), the"
        f" share of activations in the bin around 0 {up} from layer to layer, and that of gradients"
        f" {down}. “Normalized initialization” is the paper's name for what others named after its"
        " first author: Xavier."
    )
