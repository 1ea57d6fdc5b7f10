"""Beyond the course: networks that learn by heart."""

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "lazy_rich",
    "Take one random start and multiply **all its weights by k**. Networks that start large can"
    " fit their examples while their weights hardly move: Chizat, Oyallon and Bach (2019) called"
    " that *lazy* training, and networks that change what they compute inside *rich*.",
)

from weightkit.lessons import lazy_rich as lazy

config = page.controls(
    lazy.Config,
    ["dataset", "samples", "scale_max", "weight_decay"],
    more=[
        "scale_min",
        "n_scales",
        "n_seeds",
        "width",
        "depth",
        "steps",
        "optimizer",
        "learning_rate",
        "seed",
    ],
    presets=lazy.PRESETS,
)
told = page.tell(lazy, config)
page.show(told.story["accuracy-by-scale"])
scales = tuple(config.scales)
scale = page.pick(
    Control(
        "scale",
        "Learning curve at k",
        scales[-1],
        options=scales,
        slider=True,
    ),
    "learning-accuracy",
)
page.pair(told.look(lazy.charts.learning, scale), told.story["accuracy-by-movement"])
page.end(told)
