"""Part 7: freezing weights during learning."""

from typing import Any

from weightkit.ui import lesson, schedule_grid
from weightkit.ui.controls import Control

page = lesson.start(
    "freezing",
    "To **freeze** a parameter (a matrix of weights or a vector of biases) is to switch its"
    " learning off; in PyTorch, `requires_grad = False`. Choose what a small network may change,"
    " and when, and see what it can still learn.",
)

from weightkit.lessons import freezing
from weightkit.lessons.freezing import batchnorm, loop, schedules, transfer_learning

view = page.choose(freezing.VIEWS)


def own_settings(config: Any, shown: list, more: list) -> Any:
    """Of a view with defaults of its own, so that its keys have a prefix."""
    return page.controls(config, shown, more, view.presets, prefix=view.prefix)


if view.module is schedules:

    def parse(text: str):
        return schedules.parse_schedule(text, freezing.LAYERS)

    own = Control(
        "schedule",
        "Your own schedule",
        schedules.Config.schedule,
        text=True,
        parse=parse,
        help=(
            "What is frozen when: layer.parameter:first-last, with commas between. “fc1” alone is"
            " its weights and biases, all the time."
        ),
    )
    shown: list[str | Control] = ["conditions", "epochs"]
    more: list[str | Control] = ["optimizer", "learning_rate", "weight_decay", "n_seeds"]
    fixed = {}
    if page.embedded:  # a slide has no room for the grid
        more = [own, *more]
    else:
        with page.left:
            write, names = schedules.format_schedule, (freezing.LAYERS, freezing.PARAMETERS)
            fixed["schedule"] = write(page.parsed(own))
            schedule_grid.draw(fixed["schedule"], parse, write, *names, most=100)
    config = page.controls(
        schedules.Config,
        shown,
        more=[
            Control("split", "Accuracy on", "test", options=("test", "train", "both")),
            *more,
            *("dataset", "batch_size", "seed"),
        ],
        presets=schedules.PRESETS,
        fixed=fixed,
    )
    told = page.tell(schedules, config)
    page.show(told.look(schedules.charts.accuracy, page.settings["split"]))
    start = schedules.HALF if schedules.HALF in config.conditions else config.conditions[-1]
    with page.main:
        into = Control("look", "Schedule to look into", start, options=config.conditions)
        look = page.pick(into, "requires-grad", "movement")
    charts = schedules.charts.grid, schedules.charts.movement
    page.pair(*(told.look(draw, look) for draw in charts), beside=True)
    page.end(told, "freezing/schedules")

elif view.module is loop:
    notes, meant = loop.LOOPS
    page.say(
        "Before every epoch, the notes run this loop over the parameters of the network, in this"
        " shape:",
        beside=True,
    )
    page.code(loop.source(notes), "python", beside=True)
    told = page.tell(loop, loop.LoopConfig())
    page.show(told.story["loop-as-in-the-notes"])
    page.say("**As it was meant**: the “else” belongs to the outer “if”.", beside=True)
    page.code(loop.source(meant), "python", beside=True)
    page.show(told.story["loop-as-meant"], first=True)
    page.show(told.story["leftover-gradients"])
    page.end(told, "freezing/loop")

elif view.module is batchnorm:
    shown = ["optimizer", "weight_decay", "before", "epochs"]
    more = ["learning_rate", "n_seeds", "dataset", "batch_size", "seed"]
    config = own_settings(batchnorm.BatchNormConfig, shown, more)
    told = page.tell(batchnorm, config)
    page.show(told.story["what-moved"])
    page.pair(told.story["outputs"], told.story["accuracy"])
    page.end(told, "freezing/batchnorm")

else:
    more = ["pretrain_epochs", "epochs", "n_seeds", "learning_rate", "optimizer", "dataset", "seed"]
    config = own_settings(transfer_learning.TransferConfig, ["task", "layers", "n_labelled"], more)
    told = page.tell(transfer_learning, config)
    page.show(told.story["transfer"])
    label = "Labelled examples per class to look into"
    few = Control("examples", label, config.near, options=config.n_labelled)
    n = page.pick(few, "transfer-learning")
    page.pair(told.look(transfer_learning.charts.learning, n), told.story["transfer-advantage"])
    page.end(told, "freezing/transfer_learning")
