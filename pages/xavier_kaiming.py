"""Parts 4 and 5: what Xavier, Kaiming and the others draw, and a contest between two of them."""

from dataclasses import replace

from weightkit.experiments import xavier_kaiming as experiment
from weightkit.lazy import lazy
from weightkit.ui import lesson
from weightkit.ui.controls import Control

charts = lazy("weightkit.charts.xavier_kaiming")
words = lazy("weightkit.charts.xavier_kaiming_words")
VIEWS = ("Distributions", "Contest")
DEFAULT = "pytorch_default"
MORE = ["dataset", "hidden", "optimizer", "epochs", "learning_rate", "weight_decay", "dropout", "batch_size", "seed"]


def label(scheme: str) -> str:
    return experiment.INITIALIZERS[scheme].label


def distributions() -> None:
    """What each scheme draws, beside its formula."""
    config = page.controls(
        experiment.DistributionsConfig,
        [
            Control("scheme", "Scheme", "xavier_normal", options=tuple(experiment.INITIALIZERS), names=label),
            Control("drawing", "Show", "densities", options=("densities", "biases", "weights")),
            "sizes",
        ],
        more=["negative_slope", "bins", "seed"],
        presets=experiment.DRAWING_PRESETS | {"On to the contest": {"view": VIEWS[1]}},
        sizes={"label": "Units from input to output"},
        negative_slope={"label": "Kaiming's slope a", "options": (0.0, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0), "slider": True},
    )
    answers = ["0.1", "0.058", "0.033", "0.01"]
    page.predict(
        "PyTorch starts a layer of 100 inputs with weights spread evenly from −0.1 to 0.1. What is their standard "
        "deviation?",
        answers,
    )
    result = page.run(experiment.distributions, config)
    chosen, drawing = page.settings["scheme"], page.settings["drawing"]
    first = result.moments.set_index(["scheme", "parameter", "layer"]).loc[DEFAULT, "weight", "input"]
    page.judge(
        min(answers, key=lambda answer: abs(float(answer) - first["std_measured"])),
        f"Measured in the input layer: {first['std_measured']:.4f}. Numbers spread evenly from −b to b have the standard "
        f"deviation b/√3; {first['bound_theory']:.3g} is the bound b.",
    )
    frames = result.values, result.theory, result.moments
    both = [chosen] if chosen == DEFAULT else [DEFAULT, chosen]
    shown = [chosen] if drawing == "biases" else both
    axis = charts.reach(result.moments, shown, drawing)
    for column, scheme in zip(page.main.columns(len(shown), gap="large"), shown, strict=True):
        page.show(charts.overall(*frames, scheme, drawing, axis), into=column)
    scheme = experiment.INITIALIZERS[chosen]
    page.say(
        f"{scheme.label}: ${scheme.formula}$; {scheme.source}. $N_{{in}}$ and $N_{{out}}$ count a layer's inputs and outputs."
    )
    axis = charts.reach(result.moments, both, "weights")
    for column, name in zip(page.columns(len(both)), both, strict=True):
        page.show(charts.by_layer(*frames, name, "weights", axis), into=column)
    one, two = page.columns(2)
    page.show(charts.by_layer(*frames, chosen, "biases", None), into=one)
    page.show(charts.every_scheme(result.moments), into=two)
    page.say("**Theory against measurement** in numbers (None: the distribution has no bound).")
    table(result.moments[result.moments["scheme"] == chosen].drop(columns="scheme"), "Moments by layer and parameter")
    page.conclude(*words.drawn(result.moments, chosen))
    page.notes_slip(*words.formulas_slip(result.moments, config.negative_slope))
    kept = {"values": result.values, "moments": result.moments, "theory": result.theory}
    page.finish(vars(config) | {"scheme": chosen}, kept, recipe="xavier_kaiming_distributions")


def contest() -> None:
    """Two schemes, many runs each, and a test whether the difference is more than luck."""
    config = page.controls(
        experiment.Config,
        ["first", "second", "n_seeds"],
        more=MORE,
        presets={name: {"view": VIEWS[1], **settings} for name, settings in experiment.PRESETS.items()},
        first={"label": "One scheme", "names": label},
        second={"label": "The other", "names": label},
        n_seeds={"label": "Runs per scheme", "low": 10, "step": 5},
        hidden={"label": "Units of the hidden layers"},
        epochs={"options": (10, 50, 100, 200, 300, 400, 600, 1000), "slider": True},
        learning_rate={"options": (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3), "slider": True},
        weight_decay={"label": "Weight decay (L2)", "options": (0.0, 0.001, 0.003, 0.01, 0.03, 0.1), "slider": True},
        dropout={"options": (0.0, 0.1, 0.25, 0.5), "slider": True},
        batch_size={"options": (16, 32, 64, 128, 256), "slider": True},
    )
    a, b = label(config.first), label(config.second)
    answers = {
        config.first: f"{a} reaches a lower training loss, but no better test accuracy",
        config.second: f"{b} reaches a lower training loss, but no better test accuracy",
        "test": "The test accuracies differ",
        None: "No difference that could not be luck",
    }
    page.predict(
        f"Many networks start from {a}, as many from {b}; everything else is the same. How does it end?",
        list(answers.values()),
    )
    result = page.run(experiment.run, config, live=charts.live)
    outcome = charts.outcome(result.final, result.tests)
    end = "some runs diverged" if any(outcome.lost.values()) else answers["test" if outcome.test else outcome.loss]
    page.judge(end, words.because(result.tests, outcome))
    page.say(f"#### {outcome.sentence}", beside=True)
    for column, metric in zip(page.main.columns(3), experiment.METRICS, strict=True):
        page.show(charts.runs(result.final, result.tests, metric), into=column)
    with page.below:
        runs = tuple(range(config.n_seeds + 1))
        names = {run: f"pair {run}" if run else "all runs" for run in runs}
        pair = page.pick(Control("pair", "Learning curves of", 0, options=runs, slider=True, names=names))
    one, two = page.columns(2)
    page.show(charts.learning(result.curves, "loss", pair), into=one)
    page.show(charts.learning(result.curves, "accuracy", pair), into=two)
    frames = {"final": result.final, "tests": result.tests, "curves": result.curves}
    with page.below:
        if page.pick(Control("apart", "Take the course's pair apart: formula and shape one at a time", False)):
            first, _, second = experiment.TRIO
            trio = page.run(experiment.apart, replace(config, first=first, second=second))
            page.show(charts.apart(trio.tests))
            frames |= {"apart": trio.tests, "apart_final": trio.final}
    page.say("**Welch's t-test**, which lets the two variances differ; difference: the first scheme minus the second.")
    table(result.tests, "Welch's t-test for each of the three measures")
    n_test = experiment.n_test(config)
    page.conclude(*words.fought(result.final, result.tests, outcome, n_test))
    page.notes_slip(*words.contest_slips(result.tests, outcome, n_test))
    page.finish(config, frames)


def table(frame, description: str) -> None:
    """Numbers to read, left out in a slide."""
    if not page.embedded:
        page.below.dataframe(frame, hide_index=True, alt=description)


page = lesson.start("xavier_kaiming")
page.intro(
    "**Xavier** (Glorot and Bengio 2010) and **Kaiming** (He et al. 2015) each give a formula for how widely a layer's first "
    "random weights should scatter. See what they draw, then let networks that start from them compete."
)
page.controls(None, [Control("view", "Look at", VIEWS[0], options=VIEWS)])
if page.settings["view"] == VIEWS[0]:
    distributions()
else:
    contest()
