"""The theory part: why random, why this variance. Six small experiments, one at a time."""

from weightkit.experiments import signal_propagation as experiment
from weightkit.lazy import lazy
from weightkit.ui import lesson
from weightkit.ui.controls import Control, from_field

charts, words = lazy("weightkit.charts.signal_propagation"), lazy("weightkit.charts.signal_propagation_words")
glorot, depth = lazy("weightkit.charts.signal_propagation_glorot"), lazy("weightkit.charts.signal_propagation_depth")
planes = lazy("weightkit.charts.signal_propagation_landscape")
algebra = lazy("weightkit.charts.signal_propagation_symmetry")
SIGNAL, HISTOGRAMS, CONTEST, MAP, LANDSCAPE, SYMMETRY = VIEWS = tuple(experiment.PRESETS)
RATES = {"options": (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3), "slider": True}
STDS = {"label": "Std of the schemes with a fixed one", "options": (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), "slider": True}
WIDTHS = {"label": "Units per layer", "options": (16, 32, 64, 128, 256), "slider": True}
BATCHES = {"options": (16, 32, 64, 128, 256), "slider": True}
NUMBERS = {
    "Unit 1": ("w11", "w12", "b1", "v1"), "Unit 2": ("w21", "w22", "b2", "v2"), "Input": ("x1", "x2"), "Output": ("c", "t"),
}  # fmt: skip


def controls(config: type, keys: list, more: list, **changes):
    """The controls of the chosen view: its settings have names of their own in the link, the first view's have none."""
    changes = {
        "inits": {"label": "Schemes", "names": label}, "activation": {"names": activation}, "std": STDS, "width": WIDTHS,
        "learning_rate": RATES, "batch_size": BATCHES, "n_seeds": {"label": "Networks per scheme"},
    } | changes  # fmt: skip
    prefix = "" if view == SIGNAL else view.lower().split()[-1] + "_"
    presets = {
        name: {"view": view} | {prefix + key: value for key, value in preset.items()}
        for name, preset in experiment.PRESETS[view].items()
    }
    return page.controls(config, keys, more, presets, prefix=prefix, **changes)


def label(scheme: str) -> str:
    return experiment.INITIALIZERS[scheme].label


def activation(name: str) -> str:
    return experiment.ACTIVATIONS[name].label


def signal() -> None:
    """One pass forward, one back, and the theory drawn on both."""
    config = controls(
        experiment.Config, ["activation", "depth", "inits"], ["width", "std", "biases", "n_seeds", "seed"],
        depth={"label": "Layers"}, n_seeds={"label": "Networks per scheme", "high": 20},
    )  # fmt: skip
    asked = "xavier_normal" if "xavier_normal" in config.inits else config.inits[-1]
    answers = ["More than ten times as large", "Within a factor of ten", "A tenth to a thousandth", "Less than a thousandth"]
    page.predict(
        f"Random numbers with a standard deviation (std) of 1 enter {config.depth} layers of {activation(config.activation)}, "
        f"weights drawn as in “{label(asked)}”. How large is the std in the last layer, compared with the first?",
        answers,
    )
    result = page.run(experiment.run, config)
    fate = words.fate_of(result.layers, asked)
    page.judge(answers[words.size_class(fate)], f"Measured for {label(asked)}: {words.fate_words(fate)}.")
    page.show(charts.signal(result.layers, "forward", page.dark, page.height(300)))
    one, two = page.columns(2)
    page.show(charts.signal(result.layers, "backward", page.dark, page.height(240)), into=one)
    page.show(charts.factors(result.factors, page.dark), into=two)
    one, two = page.columns(2)
    page.show(charts.gain(experiment.slope_factors(), page.dark), into=one)
    if (flat := charts.flat(result.layers, page.dark)) is not None:
        page.show(flat, into=two)
    xavier, kaiming = (experiment.INITIALIZERS[i].formula for i in ("xavier_normal", "kaiming_normal"))
    page.say(words.derivation(xavier, kaiming))
    page.conclude(*words.pass_sentences(result.layers, result.factors), words.theory_sentence(result.layers, config.width))
    page.notes_slip(*words.signal_slips(result.layers, config.width))
    page.finish(config, {"layers": result.layers, "factors": result.factors})


def histograms() -> None:
    """Glorot and Bengio 2010, figures 6 and 7."""
    config = controls(
        experiment.HistogramConfig, ["inits", "activation", "depth"], ["width", "std", "dataset", "n_seeds", "seed"],
        depth={"label": "Hidden layers"},
    )  # fmt: skip
    asked = "pytorch_default" if "pytorch_default" in config.inits else config.inits[0]
    answers = ["Wider", "About as wide", "Two to five times narrower", "More than five times narrower"]
    page.predict(
        f"Real images enter {config.depth} {activation(config.activation)} layers that start as in “{label(asked)}”. How wide are "
        "the activations scattered in the last of these layers, compared with the first?",
        answers,
    )
    result = page.run(experiment.histograms, config)
    ratio = glorot.ratio(result.moments, asked)
    page.judge(answers[0 if ratio > 1.5 else 1 if ratio > 0.5 else 2 if ratio > 0.2 else 3], glorot.because(result.moments, asked))
    frames = result.histograms, result.moments
    for place, quantity in zip(page.main.columns(2, gap="medium"), ("activation", "gradient"), strict=True):
        page.show(glorot.distributions(*frames, quantity, config.activation, page.dark), into=place)
    page.say(glorot.paper(*frames, config.activation))
    page.conclude(*glorot.sentences(result.moments))
    page.finish(config, {"histograms": result.histograms, "moments": result.moments}, "signal_propagation_histograms")


def contest() -> None:
    """He et al. 2015, figure 3."""
    config = controls(
        experiment.DepthConfig, ["inits", "depth", "optimizer"],
        ["normalization", "learning_rate", "epochs", "n_seeds", "activation", "width", "std", "biases", "batch_size", "dataset",
         "seed"],
        depth={"label": "Weight layers"}, epochs={"low": 5, "high": 40, "step": 5}, n_seeds={"label": "Networks per scheme", "high": 10},
        width={**WIDTHS, "options": (16, 32, 64, 128)},
    )  # fmt: skip
    answers = ["None", "One", "Two", "Three or more"]
    page.predict(
        f"Networks of {config.depth} layers learn to read digits. They differ only in how their first weights were drawn: "
        f"{words.join(map(label, config.inits))}. With how many of these schemes does any network do better than guessing?",
        answers,
    )
    result = page.run(experiment.depth_contest, config, live=depth.live)
    learned = words.learners(result.curves, result.chance)
    page.judge(answers[min(len(learned), 3)], words.learned_sentence(learned))
    page.show(depth.contest(result.curves, result.chance, page.dark))
    page.show(depth.loss(result.curves, page.dark))
    page.conclude(*words.contest_sentences(result.curves, result.chance))
    page.notes_slip(*words.contest_slips(result.curves, result.chance, config.optimizer, config.normalization))
    page.finish(config, {"curves": result.curves, "chance": result.chance}, "signal_propagation_depth")


def trainability() -> None:
    """Where networks train: depth against scheme, or against the std of the weights."""
    config = controls(
        experiment.MapConfig, ["by", "optimizer", "normalization"],
        ["learning_rate", "epochs", "n_seeds", "n_stds", "activation", "width", "std", "biases", "batch_size", "dataset", "seed"],
        by={"label": "Compare by depth", "names": {"scheme": "schemes", "std": "stds of the weights"}},
        epochs={"low": 2, "high": 20}, n_seeds={"label": "Networks per cell", "high": 3}, n_stds={"label": "How many stds"},
        width={**WIDTHS, "options": (16, 32, 64)},
    )  # fmt: skip
    answers = ["Fewer than 10", "10 to 19", "20 to 39", "40 or more"]
    page.predict("Up to how many layers will the best row of the map still learn?", answers)
    result = page.run(experiment.depth_map, config)
    deepest = words.reach(result.map, result.chance, "init" if config.by == "scheme" else "std")
    best = deepest.max()
    page.judge(answers[sum(best >= limit for limit in (10, 20, 40))], f"The deepest that learned has {best} layers.")
    page.show(depth.trainability(result.map, result.chance, config.by, page.dark))
    page.say(depth.map_theory(config.width))
    page.conclude(*depth.map_sentences(result.map, result.chance, config.by))
    page.finish(config, {"map": result.map, "chance": result.chance}, "signal_propagation_map")


def landscape() -> None:
    """Salt flats against badlands (Li et al. 2018)."""
    config = controls(
        experiment.LandscapeConfig, ["plane", "constant", "init"],
        ["depth", "width", "activation", "std", "extent", "resolution", "optimizer", "learning_rate", "epochs", "dataset", "seed"],
        plane={"label": "The plane", "names": {"random": "random directions", "path": "where training goes"}},
        constant={"label": "All parameters of the one start", "options": (-0.3, -0.1, 0.0, 0.01, 0.1, 0.3, 1.0), "slider": True},
        init={"label": "The other start", "names": label}, width={**WIDTHS, "options": (8, 16, 32, 64)},
        learning_rate={"options": (0.003, 0.01, 0.03, 0.05, 0.1, 0.3), "slider": True},
        depth={"label": "Weight layers"}, extent={"step": 0.05}, resolution={"low": 11, "high": 61, "step": 10},
    )  # fmt: skip
    same, other = f"Around all parameters {config.constant:g}", f"Around the {label(config.init)} start"
    answers = [same, other, "About equally"]
    page.predict(
        "Two networks: in one, all parameters have the same value, in the other they are random. Walk a little way from each, "
        "in many directions. Around which does the loss change more?",
        answers,
    )
    surface, path = page.run(experiment.landscape, config), page.run(experiment.landscape_path, config)
    ratio = planes.roughness(surface)
    page.judge(answers[0 if ratio > 2 else 1 if ratio < 0.5 else 2], planes.profile(surface, config.constant).title + ".")
    for place, init in zip(page.main.columns(2, gap="medium"), ("constant", config.init), strict=True):
        page.show(planes.plane(surface, path, init, config.constant, page.dark), into=place)
    page.show(planes.profile(surface, config.constant, page.dark))
    page.conclude(*planes.sentences(surface, path, config.constant))
    page.notes_slip(*planes.slips(surface, path, config.constant))
    page.finish(config, {"surface": surface, "path": path}, "signal_propagation_landscape")


def symmetry() -> None:
    """One gradient step of a 2-2-1 network, by hand."""
    numbers = {}
    for column, (heading, names) in zip(page.columns(4), NUMBERS.items(), strict=True):
        with column:
            for name in names:
                slider = from_field(
                    experiment.SymmetryConfig, name, key=f"symmetry_{name}", label=f"{heading}: {name}", low=-2.0, high=2.0, step=0.1
                )
                numbers[name] = page.pick(slider)
    config = controls(
        experiment.SymmetryConfig, ["activation", "learning_rate", "steps"], [], fixed=numbers,
        learning_rate={"options": (0.01, 0.05, 0.1, 0.3, 1.0), "slider": True}, steps={"label": "Steps of the path", "high": 200},
    )  # fmt: skip
    result = page.run(experiment.symmetry_steps, config)
    same = algebra.twins(result.parameters)
    answers = ["Exactly equal", "Different"]
    page.predict(
        f"Two hidden units start with {'the same' if same else 'different'} numbers: weights in, bias, weight out. What are they "
        "after one step of gradient descent?",
        answers,
    )
    place, because = algebra.outcome(result.parameters)
    page.judge(answers[place], because)
    page.show(algebra.network(result.parameters, result.quantities, page.dark))
    one, two = page.columns(2)
    page.show(algebra.paths(result.path, page.dark), into=one)
    if not page.embedded:
        two.markdown("##### One step, worked out\n\n" + "\n\n".join(algebra.algebra(result.parameters, result.quantities, config)))
    page.say(algebra.PROOF)
    page.conclude(*algebra.sentences(result.parameters, result.path))
    frames = {name: getattr(result, name) for name in ("quantities", "parameters", "path")}
    page.finish(config, frames, "signal_propagation_symmetry")


page = lesson.start("signal_propagation")
page.intro(
    "A network is a chain of matrices. What each one does to the **size** of the numbers that pass, it does again and again: "
    "thirty layers that halve leave a billionth. That is what the formulas for the first random weights are about."
)
page.controls(None, [Control("view", "Look at", SIGNAL, options=VIEWS)])
view = page.settings["view"]
{
    SIGNAL: signal, HISTOGRAMS: histograms, CONTEST: contest, MAP: trainability, LANDSCAPE: landscape, SYMMETRY: symmetry,
}[view]()  # fmt: skip
