"""Beyond the course: does the start still matter in large networks?"""

from weightkit.ui import lesson

page = lesson.start(
    "scaling",
    "The course's last words are that for very large models the start can be important. Large means"
    " **deep** and **wide**: here are both, small enough to be trained while you watch.",
)

from weightkit.lessons import scaling


def residual() -> None:
    """Deep networks with and without skips."""
    page.say(
        "A **plain** network of many layers, and three of the same depth in which a **skip** leads"
        " past every block of two layers: z ← z + W₂ relu(W₁ relu(z)). They differ in what the last"
        " layer of each block, W₂, starts from: Kaiming's (He's) formula, **zeros**, or that"
        " formula's numbers divided by √(2·blocks).",
        beside=True,
    )
    config = page.controls(
        scaling.Config,
        ["blocks", "width", "dataset", "epochs"],
        more=["n_seeds", "optimizer", "learning_rate", "batch_size", "seed"],
        presets=view.presets,
        prefix=view.prefix,
    )
    told = page.tell(view.module, config)
    page.show(told.story["accuracy-by-design"])
    page.show(told.story["signal-by-block"])
    page.end(told, "scaling/residual")


def width() -> None:
    """The learning rate that trains best, by width."""
    page.say(
        "Networks of two hidden layers from 16 units up, each at many learning rates. Once as"
        " PyTorch has them (**standard**), and once in **maximal update parametrization** (muP):"
        " for a network w times as wide as the base, the learning rates of the second hidden layer"
        " and of the output are divided by w, and the output layer starts √w times smaller. What it"
        " is made for: the best learning rate should stay the same as networks grow.",
        beside=True,
    )
    config = page.controls(
        scaling.WidthConfig,
        ["largest", "base", "dataset", "epochs"],
        more=["n_rates", "n_seeds", "learning_rate", "batch_size", "seed"],
        presets=view.presets,
        prefix=view.prefix,
    )
    told = page.tell(view.module, config)
    page.show(told.story["good-rates-by-width"])
    page.pair(told.story["valley-standard"], told.story["valley-mup"])
    page.end(told, "scaling/width")


view = page.choose(scaling.VIEWS)
{"": residual, "width": width}[view.slug]()
