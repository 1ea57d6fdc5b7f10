"""Part 8: what learning does to the weights."""

from typing import Any

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "weight_changes",
    "Learning is nothing but a change of numbers. After every epoch (one pass over the training"
    " data) these networks stop, and we measure **how far** each layer's weights W have moved and"
    " **what shape** W has now.",
)

from weightkit.lessons import weight_changes
from weightkit.lessons.weight_changes import fate, penalties, shape, steps

view = page.choose(weight_changes.VIEWS).module
of = penalties if view is penalties else weight_changes
config = page.controls(
    penalties.ComparedConfig if view is penalties else weight_changes.Config,
    ["init", "l2", "l1"],
    more=[
        "optimizer",
        "learning_rate",
        "epochs",
        "n_seeds",
        "dataset",
        "batch_size",
        "seed",
        Control("relative", "Distances relative to the weights' own size", False),
    ],
    presets=of.PRESETS | weight_changes.OF_VIEWS,
)

told: Any
if view is steps:
    told = page.tell(steps, config)
    page.show(told.look(steps.charts.distances, page.settings["relative"]))
    page.show(told.story["accuracy"], first=True)
    page.say(
        r"The **distance** between two states of W: $d = \sqrt{\sum_{ij} \big(W_{ij}^{(t)} -"
        r" W_{ij}^{(t-1)}\big)^2}$, where "
        r"$W_{ij}^{(t)}$ is the weight from input $j$ to unit $i$ after epoch $t$."
    )
    page.pair(told.story["alignment-by-epoch"], told.story["alignment"])
    epoch = page.pick(
        Control("epoch", "Weights after epoch", config.epochs, low=0, high=config.epochs, step=1),
        "histograms",
    )
    page.show(told.look(steps.charts.histograms, epoch))
elif view is fate:
    told = page.tell(fate, config)
    with page.main:
        layer = Control("layer", "Layer", fate.ALL, options=fate.LOOKS)
        looked = page.pick(layer, "before-after")
    page.show(told.look(fate.charts.before_after, looked))
    page.show(told.story["outcomes"])
    page.pair(told.story["changes"], told.story.get("by-size"))
elif view is shape:
    told = page.tell(shape, config)
    page.show(told.story["condition-number"])
    with page.main:
        page.say(
            r"$\kappa = \sigma_{max} / \sigma_{min}$: every W turns, stretches and turns again, and"
            r" the stretches are its "
            "singular values σ. In two dimensions you can see it. **Drag σ1 and σ2:**",
            beside=True,
        )
        sigma_1 = page.pick(
            Control("sigma_1", "Singular value σ1", 2.0, low=0.0, high=4.0, step=0.05),
            "circle-to-ellipse",
        )
        sigma_2 = page.pick(
            Control("sigma_2", "Singular value σ2", 1.0, low=0.0, high=4.0, step=0.05),
            "circle-to-ellipse",
        )
    page.show(told.look(shape.charts.circle_to_ellipse, sigma_1, sigma_2), first=True)
    page.show(told.story["kappa-at-the-start"])
else:
    told = page.tell(penalties, config)
    page.show(told.story["regularization-accuracy"])
    largest = (
        "; Adam, however, divides each gradient by its own size, so that here large weights do not"
        " shrink most"
        if config.optimizer == "adam"
        else ", so that large weights shrink most"
    )
    page.say(
        f"**L2** adds a multiple of each weight to its gradient{largest}. **L1** adds the same"
        " amount for all, whatever their size. Both act on weights and biases alike, as PyTorch's"
        f" `weight_decay` does. (In this view the slider of L2 begins at"
        f" {weight_changes.STRENGTH:g}, the course's; that of L1 at"
        f" {weight_changes.L1_STRENGTH:g}: at the course's {weight_changes.STRENGTH:g} of L1,"
        " networks with the default settings learn nothing, see “L1 at 0.01”.)",
        beside=True,
    )
    page.show(told.story["regularization-kappa"], first=True)
page.end(told, "weight_changes/" + {fate: "fate", penalties: "penalties"}.get(view, "steps"))
