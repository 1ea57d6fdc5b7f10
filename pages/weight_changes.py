"""Part 8: what learning does to the weights."""

from weightkit.experiments import weight_changes as experiment
from weightkit.lazy import lazy
from weightkit.ui import lesson
from weightkit.ui.controls import Control

charts, kappa = lazy("weightkit.charts.weight_changes"), lazy("weightkit.charts.weight_changes_kappa")
words = lazy("weightkit.charts.weight_changes_words")
STEPS, SHAPE, PENALTIES = VIEWS = ("Steps", "Shape", "L2, L1")

page = lesson.start("weight_changes")
page.intro(
    "Learning is nothing but a change of numbers. After every epoch (one pass over the training data) these networks "
    "stop, and we measure **how far** each layer's weights W have moved and **what shape** W has now."
)
view = Control("view", "Look at", STEPS, options=VIEWS)
relative = Control("relative", "Distances relative to the weights' own size", False)
strengths = {"options": (0.0, 0.0001, 0.001, 0.01, 0.1), "slider": True}
config = page.controls(
    experiment.Config,
    [view, "init", "l2", "l1"],
    more=["optimizer", "learning_rate", "epochs", "n_seeds", "dataset", "batch_size", "seed", relative],
    presets=experiment.PRESETS | {"None, L2 and L1 compared": {"view": PENALTIES}},
    init={"label": "Weights start as", "names": lambda name: experiment.INITIALIZERS[name].label},
    l2={"label": "L2 regularisation", **strengths},
    l1={"label": "L1 regularisation", **strengths},
    n_seeds={"label": "Networks"},
    learning_rate={"options": (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), "slider": True},
    batch_size={"options": (16, 32, 64, 128, 256), "slider": True},
)
view = page.settings["view"]

if view == STEPS:
    ANSWERS = ["In the first epoch", "Some epochs later", "In the second half", "About equally all the time"]
    page.predict("These networks start from scratch. In which epoch will their weights move farthest?", ANSWERS)
    result = page.run(experiment.run, config, live=charts.live)
    found = words.movement(result.layers)
    late = found.peak and found.peak > config.epochs / 2
    page.judge(
        ANSWERS[3 if found.steady else 0 if found.peak == 1 else 2 if late else 1],
        f"The longest step, {found.longest:.2g} on average over the layers, comes in epoch {found.peak}."
        if found.peak
        else "No weight ever moves.",
    )
    page.show(charts.distances(result.layers, page.settings["relative"]))
    page.show(charts.accuracy(result.curves), first=True)
    page.say(
        r"The **distance** between two states of W: $d = \sqrt{\sum_{ij} \big(W_{ij}^{(t)} - W_{ij}^{(t-1)}\big)^2}$, where "
        r"$W_{ij}^{(t)}$ is the weight from input $j$ to unit $i$ after epoch $t$."
    )
    one, two = page.columns(2)
    page.show(charts.alignment_by_epoch(result.alignment), into=one)
    page.show(charts.alignment(result.alignment, result.correlation), into=two)
    with page.below:
        epoch = page.pick(Control("epoch", "Weights after epoch", config.epochs, low=0, high=config.epochs, step=1))
    page.show(charts.histograms(result.histograms, epoch))
    page.conclude(*words.sentences(result.layers, result.correlation))
    wrong = experiment.misprint(config).iloc[0]
    page.notes_slip(
        "In the printed formula of the distance the square has slipped onto the epoch, W⁽ᵗ⁻¹⁾². Taken at its word, it "
        f"compares this network's {wrong['layer']} weights at the start with themselves and asks for the root of "
        f"{wrong['printed_radicand']:.3g}; the distance of anything from itself is {wrong['distance']:g}. The words "
        "below the formula have it right: subtract, square each element, sum, take the root.",
        "“Large distances mean a lot of learning” holds loosely: see r above. A step is also long because the learning "
        "rate is large, or, with L1 or L2, because weights are only being shrunk.",
        "An accuracy gain needs a before. With accuracies measured only after each epoch there is one gain fewer than "
        "there are epochs, and drawn from the same origin it appears one epoch too early; here epoch 0 is measured too.",
    )
    frames = {name: getattr(result, name) for name in ("curves", "layers", "histograms", "alignment", "correlation")}
elif view == SHAPE:
    ANSWERS = ["It grows as much as they do", "It grows a little", "It stays the same", "It shrinks"]
    page.predict(
        "The condition number κ of W is its largest singular value (stretch) over its smallest. Take random weights and "
        "multiply them all by 10. What happens to κ?",
        ANSWERS,
    )
    result, starts = page.run(experiment.run, config, live=charts.live), page.run(experiment.starts, config)
    factor, off = words.rescaled(starts)
    page.judge(
        ANSWERS[2 if off < 0.001 else 1],
        f"The same random numbers, {factor:.0f} times as large: half of all κ changed by less than {off:.0e} of their "
        "value, and that is rounding.",
    )
    page.show(kappa.condition_numbers(result.layers))
    with page.main:
        page.say(
            r"$\kappa = \sigma_{max} / \sigma_{min}$: every W turns, stretches and turns again, and the stretches are its "
            "singular values σ. In two dimensions you can see it. **Drag σ1 and σ2:**",
            beside=True,
        )
        sigma_1 = page.pick(Control("sigma_1", "Singular value σ1", 2.0, low=0.0, high=4.0, step=0.05))
        sigma_2 = page.pick(Control("sigma_2", "Singular value σ2", 1.0, low=0.0, high=4.0, step=0.05))
    page.show(kappa.circle_to_ellipse(experiment.ellipse(sigma_1, sigma_2)), first=True)
    page.show(kappa.starts(starts))
    page.conclude(*words.kappa_sentences(result.layers, starts))
    zeros = experiment.sparsity().set_index("matrix")
    page.notes_slip(
        "“Larger condition numbers indicate sparser matrices”: they do not. The identity matrix is "
        f"{zeros['share_zero']['identity']:.0%} zeros and has κ = {zeros['condition_number']['identity']:.3g}; a diagonal "
        f"matrix with just as many zeros has κ = {zeros['condition_number']['diagonal, 1 to 1000']:,.0f}. Rotate both, and "
        f"{zeros['share_zero']['rotated identity']:.0%} of their entries are zero, but κ stays at "
        f"{zeros['condition_number']['rotated identity']:.3g} and {zeros['condition_number']['rotated diagonal']:,.0f}.",
        "κ says how unequally W treats directions, nothing else. Multiply W by any number and κ stays, so it cannot tell "
        "small weights from large ones. Whether it warns of overfitting: see *L2, L1* under “Look at”.",
        f"On an axis that ends at 20, {words.hidden(result.layers, 20)} would be off the chart.",
    )
    frames = {"layers": result.layers, "starts": starts, "sparsity": experiment.sparsity()}
else:
    ANSWERS = ["Better than without it", "About as good", "Worse", "No better than guessing"]
    page.predict(
        f"L1 with strength {config.l1 or experiment.STRENGTH:g} pulls every weight towards zero. How good will these "
        "networks be on the test set?",
        ANSWERS,
    )
    result = page.run(experiment.compare, config)
    accuracies = words.ends(result.curves)["test"]
    page.judge(
        ANSWERS[words.l1_outcome(result.curves)],
        f"Test accuracy {words.percent(accuracies['L1'])} with L1, {words.percent(accuracies['none'])} without.",
    )
    page.show(charts.regularised_accuracy(result.curves))
    page.say(
        "**L2** adds a multiple of each weight to its gradient, so that large weights shrink most. **L1** adds the same "
        f"amount for all, whatever their size. Strengths here: {config.l2 or experiment.STRENGTH:g} and "
        f"{config.l1 or experiment.STRENGTH:g}, on weights and biases alike, as PyTorch's `weight_decay` does. (Where "
        f"a slider is at 0, the comparison takes the course's {experiment.STRENGTH:g}.)",
        beside=True,
    )
    page.show(kappa.regularised_kappa(result.final), first=True)
    page.conclude(*words.regularised_sentences(result.curves, result.final))
    page.notes_slip(
        "“Large condition numbers indicate sparse representations, or possible overfitting”: "
        + words.verdict(result.curves, result.final),
        "“L1 sets weights to exactly zero” is true of methods that cut off at zero, not of plain gradient steps: "
        + words.exact_zeros(result.final),
    )
    frames = {"curves": result.curves, "layers": result.layers, "final": result.final}
page.finish(config, frames, "weight_changes_compared" if view == PENALTIES else None)
