"""Part 2: what happens if every weight starts at the same value?"""

from weightkit.experiments import same_value_init as experiment
from weightkit.experiments.same_value_init import BASELINE, LAYERS
from weightkit.lazy import lazy
from weightkit.ui import lesson
from weightkit.ui.controls import Control

charts, findings = lazy("weightkit.charts.same_value_init"), lazy("weightkit.charts.same_value_init_findings")


page = lesson.start("same_value_init")
page.intro(
    "The **baseline** starts as PyTorch starts every network: with small random weights and biases. Its rivals are the "
    "same network, trained on the same batches, but some or all of their numbers start at one and the same value."
)
config = page.controls(
    experiment.Config,
    ["conditions", "dataset", "epochs", "n_seeds"],
    more=["own_layer", "own_parameter", "own_value", "optimizer", "learning_rate", "batch_size", "seed"],
    presets=experiment.PRESETS,
    conditions={"label": "How they start"},
    n_seeds={"label": "Networks per start"},
    own_layer={"label": "A constant of your own, in"},
    own_parameter={"label": "It replaces", "names": {"bias": "biases", "weight": "weights", "both": "weights and biases",
                                                   "weight, bias zero": "weights; biases zero"}},
    own_value={"label": "Your constant", "step": 0.01},
    learning_rate={"options": (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1), "slider": True},
    batch_size={"options": (16, 32, 64, 128, 256), "slider": True},
)  # fmt: skip
rivals = [name for name in config.starts if name != BASELINE]
ANSWERS = [f"{n} of {len(rivals)}" for n in range(len(rivals) + 1)]
if rivals:
    page.predict(
        f"{len(rivals)} start{'s' if len(rivals) > 1 else ''} with equal numbers somewhere: "
        f"{', '.join(f'“{name}”' for name in rivals)}. How many will end close to the baseline?",
        ANSWERS,
    )
else:
    page.predict("What share of the test set will the baseline get right?", number=(0.0, 100.0), unit="%", tolerance=5.0)
result = page.run(experiment.run, config, live=charts.live)
ends = findings.outcomes(result.curves, result.chance).set_index("condition")
near = [name for name in rivals if ends.loc[name, "verdict"] == "near"]
base = float(ends.loc[BASELINE, "accuracy"])
if rivals:
    page.judge(
        ANSWERS[len(near)],
        "Close to the baseline, with at least 90 % of what it gained over chance: "
        f"{findings.listed(near) if near else 'none'}.",
    )
else:
    page.judge(100 * base, f"Measured: {base:.0%}.")
page.show(charts.accuracy(result.curves, result.chance, height=page.height(300)))

page.say(
    "### The symmetry microscope\nTwo units of a layer with the same weights and the same bias give the same output. Where "
    "the next layer weighs them alike too, they get the same gradient and stay the same: one unit, copied. The **rank** of "
    "a weight matrix W counts its independent rows; copies add none."
)
with page.below:
    one, two = page.columns(2)
    with one:
        names = tuple(config.starts)
        look = page.pick(Control("look", "Look at", names[-1], options=names))
    with two:
        layer = page.pick(Control("layer", "Layer", "input", options=tuple(LAYERS)))
    page.show(charts.microscope(result.parameters, look, layer))
    one, two = page.columns(2)
    page.show(charts.distinct(result.symmetry, look), into=one)
    page.show(charts.ranks(result.symmetry, look), into=two)
page.say("### The numbers themselves")
with page.below:
    parameter = page.pick(Control("parameter", "Weights or biases", "weight", options=("weight", "bias")))
    numbers = result.parameters, look, layer, parameter
    page.show(charts.histograms(result.histograms, *numbers))
    for column, stage in zip(page.columns(2), ("before", "after"), strict=True):
        page.show(charts.by_index(*numbers, stage), into=column)

floor = float(result.chance.set_index("split").loc["test", "share"])
copies, moved = findings.copies(result.symmetry), findings.moved(result.parameters)
changed = moved.groupby("condition", sort=False)[["moved", "n"]].sum()
sentences = [
    f"After {config.epochs} epochs the baseline is right on {base:.0%} of the test set; always answering with the "
    f"commonest class would give {floor:.0%}.",
]
if rivals:
    each = (f"“{name}” {findings.between(ends.loc[name, 'low'], ends.loc[name, 'high'])}" for name in rivals)
    sentences.append(f"Its rivals: {', '.join(each)}.")
slips = []
if copies:
    sentences.append(
        f"In {findings.listed(copies)} every hidden layer is one unit, copied, in all networks at every epoch: however "
        "wide such a network is drawn, it is a network of width one."
    )
learned = [name for name in copies if ends.loc[name, "verdict"] in ("near", "between")]
alive = [name for name in copies if name != "all zero" and changed.loc[name, "moved"] > changed.loc[name, "n"] / 2]
if alive:
    wide = findings.matrix(result.parameters, alive[0], "input", "after")
    slips.append(
        "“Models cannot learn when all parameters start at the same value” is nearly right, and yet not all weights stay "
        f"equal: in “{alive[0]}” the {wide.shape[1]} weights of an input unit began as one value and are now "
        f"{findings.distinct_rows(wide.T)}, because each sees another input. What stays equal are the units. "
        + (
            f"One unit per layer was enough here: {findings.listed(learned)} reached "
            f"{findings.between(ends.loc[learned, 'low'].min(), ends.loc[learned, 'high'].max())}."
            if learned
            else "Where one unit per layer is enough, such a network does learn: try “Equal weights that do learn”."
        )
    )
if "all zero" in rivals:
    row = changed.loc["all zero"]
    still = moved.query("condition == 'all zero' and moved > 0")
    sentences.append(
        f"In “all zero” {row['moved']} of {row['n']:,} numbers have moved, those of "
        f"{' and '.join(f'the {r.layer} {charts.KINDS[r.parameter]}' for r in still.itertuples()) or 'no parameter'}: zero "
        "weights pass no signal on and no gradient back."
    )
    slips.append(
        "Zeros do not make all units “learn the same feature”: with ReLU they learn nothing. Nor do they leave “a linear "
        f"classifier”: “all zero” gives every image the same answer, so its accuracy, "
        f"{findings.between(ends.loc['all zero', 'low'], ends.loc['all zero', 'high'])}, is the share of one class."
    )
if "fc1 weights zero" in rivals:
    fc1 = findings.sleepers(result.parameters, "fc1 weights zero", "fc1")
    sentences.append(
        "In “fc1 weights zero” the random neighbours break the symmetry, but the weights of "
        f"{fc1.asleep} of fc1's {fc1.units} units never moved. "
        f"{'All of these' if fc1.negative == fc1.asleep else f'Of these, {fc1.negative}'} drew a negative bias: without "
        "weights, that is all they have, ReLU turns it into zero, and what is zero for every example gets no gradient."
    )
if "weights zero, biases random" in rivals:
    row = ends.loc["weights zero, biases random"]
    slips.append(
        "“Models can learn as long as some parameters differ” leaves out the price: “weights zero, biases random” ended at "
        f"{findings.between(row['low'], row['high'])} after {config.epochs} epochs, the baseline at {base:.0%}. Try another "
        "seed."
    )
page.conclude(*sentences)
if slips:
    page.notes_slip(*slips)
page.finish(
    config,
    {name: getattr(result, name) for name in ("curves", "symmetry", "histograms", "parameters", "chance")},
)
