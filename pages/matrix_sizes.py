"""Part 1: the sizes of weight matrices."""

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "matrix_sizes",
    "A layer computes **y = Wx**: the output *y* is the weight matrix *W* times the input *x*. How"
    " many rows and columns *W* has follows from that alone.",
)

from weightkit.lessons import matrix_sizes as sizes

view = page.choose(sizes.VIEWS).module
network = view is sizes.network
default = sizes.Config()
with page.left:
    if network:
        units = page.parsed(
            Control(
                "sizes",
                "Units per layer",
                "10-14-19-8",
                text=True,
                parse=sizes.parse_sizes,
                help="Whole numbers with a dash between them, such as 10-14-19-8.",
            )
        )
        given = {"sizes": units, "chain": default.chain}
    else:
        units = default.sizes
        layers = page.parsed(
            Control(
                "chain",
                "Layers as inputs-outputs",
                "10-14, 14-9, 19-8",
                text=True,
                parse=sizes.parse_chain,
                help="Each layer is written as its inputs, a dash, its outputs.",
            )
        )
        given = {"sizes": units, "chain": layers}
config = page.controls(
    sizes.Config,
    ["n_samples", "layer", "unit", "activation"] if network else ["n_samples", "n_features"],
    more=["seed"],
    presets=sizes.PRESETS,
    n_samples={"high": 32},
    layer={"high": len(units) - 1},
    unit={"high": units[min(page.value("layer", 1), len(units) - 1)]},
    n_features={"high": 64},
    fixed=given,
)
told = page.tell(view, config)
if network:
    followed = config.layer, config.unit
    page.show(told.look(view.charts.network, *followed, page.height(300)))
    page.show(told.look(view.charts.matrices, *followed, page.height(260)), first=True)
    page.show(told.story["one-unit"])
else:
    page.show(told.story["chain"])
    if told.story.facts.message is not None:
        page.say(
            "**PyTorch says**, when a real `torch.randn` batch runs through this chain:",
            beside=True,
        )
        page.code(f"RuntimeError: {told.story.facts.message}", beside=True)
        page.say(
            "“mat1” is the batch as it arrives, “mat2” is Wᵀ: their inner numbers must be equal.",
            beside=True,
        )
page.end(told)
