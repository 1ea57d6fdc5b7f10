"""Part 1: the sizes of weight matrices."""

from weightkit.experiments import matrix_sizes as experiment
from weightkit.lazy import lazy
from weightkit.ui import lesson
from weightkit.ui.controls import Control

charts = lazy("weightkit.charts.matrix_sizes")
VIEWS = ("Network", "Broken chain")

page = lesson.start("matrix_sizes")
page.intro(
    "A layer computes **y = Wx**: the output *y* is the weight matrix *W* times the input *x*. W has **one row for each "
    "output and one column for each input**, so its shape is (outputs, inputs)."
)
view = Control("view", "Look at", VIEWS[0], options=VIEWS)
sizes = Control(
    "sizes", "Units per layer", "10-14-19-8", text=True, parse=experiment.parse_sizes,
    help="Whole numbers with a dash between them, such as 10-14-19-8.",
)  # fmt: skip
chain = Control(
    "chain", "Layers as inputs-outputs", "10-14, 14-9, 19-8", text=True, parse=experiment.parse_chain,
    help="Each layer is written as its inputs, a dash, its outputs.",
)  # fmt: skip
page.controls(None, [view])
network = page.settings["view"] != VIEWS[1]
with page.left:
    shape = page.parsed(sizes) if network else (10, 14, 19, 8)
    links = experiment.BROKEN if network else page.parsed(chain)
config = page.controls(
    experiment.Config,
    ["n_samples", "layer", "unit", "activation"] if network else ["n_samples", "n_features"],
    more=["seed"],
    presets=experiment.PRESETS,
    n_samples={"label": "Samples in the batch", "default": 5, "high": 32},
    layer={"label": "Follow a unit in layer", "high": len(shape) - 1},
    unit={"label": "Unit", "high": shape[min(page.value("layer", 1), len(shape) - 1)]},
    n_features={"label": "Features of a sample", "high": 64},
    fixed={"sizes": shape, "chain": links},
)

if network:
    page.predict(
        "A layer has 10 inputs and 14 outputs. What is the shape of its weight matrix W?",
        ["(10, 14)", "(14, 10)", "(14,)", "(140,)"],
    )
    result = page.run(experiment.run, config)
    example = experiment.layer_shapes((10, 14))["weight_shape"].item()
    page.judge(example, "One row per output comes first: y = Wx needs 14 rows to make 14 numbers, each row 10 long.")
    layer = result.shapes["layer"].iloc[config.layer - 1]
    page.show(charts.network(result.shapes, result.flow, layer, config.unit, page.height(300)))
    frames = result.values, result.shapes
    page.show(charts.matrices(*frames, layer, config.unit, page.height(260)), first=True)
    page.show(charts.unit(result.unit, result.output, layer, config.unit, config.activation))
    steps = " → ".join(f"{row.layer} {row.shape}" for row in result.flow.itertuples())
    out = result.output.iloc[0]
    page.conclude(
        f"The batch flows through as {steps}: the number of samples stays, the number of features is each layer's outputs.",
        f"All weight matrices together hold {result.shapes['weights'].sum():,} numbers, the biases "
        f"{result.shapes['biases'].sum():,} (one per output).",
        f"Unit {config.unit} of {layer}, computed by hand as row times input plus bias: {out['output']:.4f}. The network "
        f"itself says {out['measured']:.4f}.",
    )
else:
    page.predict(
        "Three layers: 10 → 14, 14 → 9, 19 → 8. A batch of 5 samples with 10 features comes in. What happens?",
        [
            "It runs",
            "It breaks at the first joint",
            "It breaks between layers 1 and 2",
            "It breaks between layers 2 and 3",
        ],
    )
    result = page.run(experiment.run, config)
    course = experiment.check_chain(experiment.BROKEN, 5, 10)
    where = list(course["ok"]).index(False)
    page.judge(
        f"It breaks between layers {where} and {where + 1}" if where else "It breaks at the first joint",
        f"Layer {where} gives {course['receives'].iloc[where]} features, layer {where + 1} expects "
        f"{course['expects'].iloc[where]}.",
    )
    page.show(charts.chain(result.chain, list(config.chain), config.n_samples, config.n_features))
    ways = experiment.mend(config.chain, config.n_features)
    if len(result.error):
        page.say("**PyTorch says**, when a real `torch.randn` batch runs through this chain:", beside=True)
        page.code(f"RuntimeError: {result.error['message'].iloc[0]}", beside=True)
        page.say("“mat1” is the batch as it arrives, “mat2” is Wᵀ: their inner numbers must be equal.", beside=True)
    written = [", ".join(f"{a}-{b}" for a, b in way) for way in ways]
    page.conclude(
        *(f"One way to mend it: `{way}`" if i == 0 else f"The other: `{way}`" for i, way in enumerate(written)),
        *([] if ways else ["Nothing to mend: PyTorch ran the batch without an error."]),
    )
page.notes_slip(
    "“The number of elements in w is the number of inputs” is meant of one row of W; the whole W has outputs × inputs: "
    f"for 10 inputs and 14 outputs, {experiment.layer_shapes((10, 14))['weights'].item()}.",
    "In the notes' picture the rows are written W₁ᵀ, W₂ᵀ, …: the ᵀ only says that a unit's weights, thought of as a "
    "column, lie down to become a row.",
)
page.finish(
    config,
    {"shapes": result.shapes, "values": result.values, "flow": result.flow, "unit": result.unit, "chain": result.chain},
)
