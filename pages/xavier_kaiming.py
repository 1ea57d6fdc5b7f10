"""Parts 4 and 5: what Xavier, Kaiming and the others draw, and a contest between two of them."""

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "xavier_kaiming",
    "**Xavier** (Glorot and Bengio 2010) and **Kaiming** (He et al. 2015) each give a formula for"
    " how widely a layer's first random weights should scatter. See what they draw, then let"
    " networks that start from them compete.",
)

from weightkit.lessons import xavier_kaiming as starts
from weightkit.lessons.xavier_kaiming.formulas.config import DRAWINGS


def formulas() -> None:
    """What each scheme draws, beside its formula."""
    view = starts.formulas
    config = page.controls(
        view.Config,
        ["scheme", Control("drawing", "Show", DRAWINGS[0], options=DRAWINGS), "sizes"],
        more=["negative_slope", "bins", "seed"],
        presets=view.PRESETS | {"On to the contest": starts.ON},
    )
    told = page.tell(view, config)
    drawing = page.settings["drawing"]
    shown = (config.scheme,) if drawing == "biases" else config.shown
    overall = (told.look(view.charts.overall, scheme, drawing, shown) for scheme in shown)
    page.pair(*overall, beside=True)
    page.say(told.story.headline)
    by_layer = view.charts.by_layer_name
    page.pair(*(told.story[by_layer(scheme, "weights")] for scheme in config.shown))
    page.pair(told.story[by_layer(config.scheme, "biases")], told.story["std-of-every-scheme"])
    page.table(
        lambda: view.findings.moments_of(told.result.moments, config.scheme),
        "Theory against measurement in numbers (None: the formula has no bound)",
    )
    page.end(told, "xavier_kaiming/formulas")


def contest() -> None:
    """Two schemes, many runs each, and a test whether the difference is more than luck."""
    view = starts.contest
    config = page.controls(
        view.Config,
        ["first", "second", "n_seeds"],
        more=[
            "dataset",
            "hidden",
            "optimizer",
            "epochs",
            "learning_rate",
            "weight_decay",
            "dropout",
            "batch_size",
            "seed",
        ],
        presets=starts.VIEWS[1].presets,
        n_seeds={"low": 10},
    )
    told = page.tell(view, config)
    page.say(f"#### {told.story.headline}", beside=True)
    runs = (told.story[view.charts.runs_name(metric)] for metric in starts.METRICS)
    page.pair(*runs, beside=True)
    pairs = tuple(range(config.n_seeds + 1))
    names = {pair: f"pair {pair}" if pair else "all runs" for pair in pairs}
    which = Control("pair", "Learning curves of", 0, options=pairs, slider=True, names=names)
    pair = page.pick(which, "learning-loss", "learning-accuracy")
    page.pair(*(told.look(view.charts.learning, measure, pair) for measure in ("loss", "accuracy")))
    more = {}
    if page.pick(
        Control("apart", "Take the course's pair apart: formula and shape one at a time", False),
        "formula-or-shape",
    ):
        three = page.told(starts.trio, config.trio)
        page.show(three.story["formula-or-shape"])
        more = {"apart": three.result.tests, "apart_final": three.result.final}
    page.say(view.how_tested(config))
    page.table(lambda: told.result.tests, "Welch's t-test for each of the three measures")
    page.end(told, "xavier_kaiming/contest", more)


view = page.choose(starts.VIEWS)
{starts.formulas: formulas, starts.contest: contest}[view.module]()
