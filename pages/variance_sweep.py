"""Part 3: how large should the initial numbers be?"""

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "variance_sweep",
    "Every network below is the same, trained the same way on the same data. Only the **standard"
    " deviation** (std) of its first random weights and biases differs: how widely the numbers"
    " scatter around zero.",
)

from weightkit.lessons import variance_sweep as sweep

config = page.controls(
    sweep.Config,
    ["dataset", "distribution", "n_seeds", "epochs"],
    more=["n_stds", "optimizer", "learning_rate", "batch_size", "seed"],
    presets=sweep.PRESETS,
)
told = page.tell(sweep, config)
page.show(told.story["accuracy-by-std"])
stds = tuple(config.stds)
std = page.pick(
    Control(
        "std",
        "Learning curve of the networks that start at std",
        min(stds, key=lambda s: abs(s - 0.1)),
        options=stds,
        slider=True,
        names={std: f"{std:.3g}" for std in stds},
    ),
    "learning-accuracy",
)
page.pair(told.look(sweep.charts.learning, std), told.story["weights-after"])
page.show(told.story["requested-and-measured-std"])
page.end(told)
