"""Beyond the course: lottery tickets."""

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "lottery_ticket",
    "Train a network and remove its **smallest weights**. Put the survivors back to the numbers"
    " they had **before any training**, and train again. What is left is a winning ticket"
    " (Frankle and Carbin 2019) if it learns as well. Beside it train two rivals: the same places"
    " with **fresh** random numbers, and the same numbers in **shuffled** places.",
)

from weightkit.lessons import lottery_ticket as lottery

config = page.controls(
    lottery.Config,
    ["removed", "rounds", "dataset", "epochs"],
    more=["hidden", "n_seeds", "optimizer", "learning_rate", "batch_size", "seed"],
    presets=lottery.PRESETS,
)
told = page.tell(lottery, config)
page.show(told.story["accuracy-by-kept"])
number = page.pick(
    Control(
        "look",
        "Look at the networks after round",
        config.rounds,
        options=tuple(range(config.rounds + 1)),
        slider=True,
    ),
    "learning-accuracy",
    "weights-by-input",
)
page.pair(told.look(lottery.charts.learning, number), told.look(lottery.charts.inputs, number))
page.end(told)
