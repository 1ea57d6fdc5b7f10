"""The theory part: why random, why this variance. Six small experiments, one at a time."""

from weightkit.lazy import lazy
from weightkit.lessons import signal_propagation as experiment
from weightkit.ui import lesson
from weightkit.ui.controls import Control, from_field

charts, words = lazy("weightkit.charts.signal_propagation"), lazy("weightkit.charts.signal_propagation_words")
glorot, planes = lazy("weightkit.charts.signal_propagation_glorot"), lazy("weightkit.charts.signal_propagation_landscape")
depth, said = lazy("weightkit.charts.signal_propagation_depth"), lazy("weightkit.charts.signal_propagation_depth_words")
algebra = lazy("weightkit.charts.signal_propagation_symmetry")
VIEWS = {view.title: view for view in experiment.VIEWS}
DRAWN = ["width", "std", "n_seeds", "seed"]
TRAINED = ["learning_rate", "epochs", "batch_size", "dataset", "activation", "biases", *DRAWN]
NUMBERS = (("w11", "w12", "b1", "v1", "x1", "c"), ("w21", "w22", "b2", "v2", "x2", "t"))
SHARED = {"optimizer": {"dropdown": True}, "n_seeds": {"high": 10}}


def controls(config: type, keys: list, more: list, **changes):
    """The controls of the chosen view: its settings have names of their own in the link, the first view's have none."""
    prefix = view.prefix
    presets = {
        name: {"view": view.title} | {prefix + key: value for key, value in preset.items()}
        for name, preset in view.module.PRESETS.items()
    }
    if page.embedded:  # a slide has room for one row of controls
        keys, more = keys[:2], [*keys[2:], *more]
    return page.controls(config, keys, more, presets, prefix=prefix, **SHARED | changes)


def signal() -> None:
    """One pass forward, one back, and the theory drawn on both."""
    config = controls(experiment.Config, ["activation", "depth", "inits"], ["biases", *DRAWN])
    page.predict(*words.question(config))
    result = page.run(experiment.run, config)
    page.judge(*words.verdict(result.layers, config))
    page.show(charts.signal(result.layers, "forward", page.height(300)))
    back = charts.signal(result.layers, "backward", page.height(240))
    page.show(back, first=True)
    page.pair(charts.factors(result.factors), charts.flat(result.layers))
    gain, derivation = page.columns(2)
    page.show(charts.gain(experiment.slope_factors()), into=gain)
    formulas = (experiment.INITIALIZERS[init].formula for init in ("xavier_normal", "kaiming_normal"))
    page.say(words.derivation(*formulas), into=derivation)
    page.conclude(*words.sentences(result, config))
    page.notes_slip(*words.signal_slips(result.layers, config.width))
    page.finish(config, vars(result), "signal_propagation/signal")


def histograms() -> None:
    """Glorot and Bengio 2010, figures 6 and 7."""
    config = controls(experiment.HistogramConfig, ["activation", "depth", "inits"], ["dataset", *DRAWN])
    page.predict(*glorot.question(config))
    result = page.run(experiment.histograms, config)
    page.judge(*glorot.verdict(result.moments, config))
    frames = result.histograms, result.moments
    both = (glorot.distributions(*frames, quantity, config.activation) for quantity in ("activation", "gradient"))
    page.pair(*both, beside=True)
    page.say(glorot.paper(*frames, config.activation), beside=True)
    page.conclude(*glorot.sentences(result.moments))
    page.finish(config, vars(result), "signal_propagation/layer_histograms")


def contest() -> None:
    """He et al. 2015, figure 3."""
    config = controls(experiment.DepthConfig, ["depth", "optimizer", "inits"], ["normalization", *TRAINED])
    page.predict(*said.question(config))
    result = page.run(experiment.depth_contest, config, live=depth.live)
    page.judge(*said.verdict(result.curves, result.chance))
    page.show(depth.contest(result.curves, result.chance, page.height(300)))
    page.show(depth.loss(result.curves, result.chance), first=True)
    page.conclude(*said.contest_sentences(result.curves, result.chance))
    page.notes_slip(*said.contest_slips(result.curves, result.chance, config.optimizer, config.normalization))
    page.finish(config, vars(result), "signal_propagation/contest")


def trainability() -> None:
    """Where networks train: depth against scheme, or against the std of the weights."""
    config = controls(experiment.MapConfig, ["by", "optimizer", "normalization"], ["n_stds", *TRAINED])
    page.predict(*said.map_question(config))
    result = page.run(experiment.depth_map, config)
    page.judge(*said.map_verdict(result.map, result.chance, config.by))
    page.show(depth.trainability(result.map, result.chance, config.by))
    page.say(said.map_theory(config.width), beside=True)
    page.conclude(*said.map_sentences(result.map, result.chance, config.by))
    page.finish(config, vars(result), "signal_propagation/map")


def landscape() -> None:
    """Salt flats against badlands (Li et al. 2018)."""
    config = controls(
        experiment.LandscapeConfig, ["plane", "constant", "init"],
        ["depth", "width", "activation", "std", "extent", "resolution", "optimizer", "learning_rate", "epochs", "dataset", "seed"],
        resolution={"low": 11},
    )  # fmt: skip
    page.predict(*planes.question(config))
    surface, path = page.run(experiment.landscape, config), page.run(experiment.landscape_path, config)
    page.judge(*planes.verdict(surface, config))
    both = (planes.plane(surface, path, init, config.constant) for init in ("constant", config.init))
    page.pair(*both, beside=True)
    page.show(planes.profile(surface, config.constant))
    page.conclude(*planes.sentences(surface, path, config.constant))
    page.notes_slip(*planes.slips(surface, path, config.constant, config.activation))
    page.finish(config, {"surface": surface, "path": path}, "signal_propagation/loss_landscape")


def symmetry() -> None:
    """One gradient step of a 2-2-1 network, by hand."""
    drawing, numbers = page.main.container(), {}
    for names in NUMBERS:
        with page.main.container(horizontal=True, gap="small"):
            for n in names:
                box = from_field(experiment.SymmetryConfig, n, key=f"symmetry_{n}", label=n, box=True, step=0.1)
                numbers[n] = page.pick(box)
    config = controls(experiment.SymmetryConfig, ["activation", "learning_rate", "steps"], [], fixed=numbers, steps={"high": 200})
    page.predict(*algebra.question(config))
    result = page.run(experiment.symmetry_steps, config)
    page.judge(*algebra.verdict(result.parameters))
    page.show(algebra.network(result.parameters, result.quantities, config, page.height(200)), into=drawing)
    one, two = page.columns(2)
    page.say(algebra.PROOF, into=one)
    page.show(algebra.paths(result.path), into=two)
    *units, output = algebra.algebra(result.parameters, result.quantities, config)
    for place, unit in zip(page.columns(2), units, strict=True):
        page.say(unit, into=place)
    page.say(output)
    page.conclude(*algebra.sentences(result.parameters, result.path))
    page.finish(config, vars(result), "signal_propagation/symmetry")


page = lesson.start("signal_propagation")
page.intro(
    "A network is a chain of matrices. What each one does to the **size** of the numbers that pass, it does again and again: "
    "thirty layers that halve leave a billionth. That is what the formulas for the first random weights are about."
)
page.controls(None, [Control("view", "Look at", next(iter(VIEWS)), options=tuple(VIEWS))])
view = VIEWS[page.settings["view"]]
dict(zip(VIEWS, (signal, histograms, contest, trainability, landscape, symmetry), strict=True))[view.title]()
