"""Beyond the course: two seeds, one valley."""

from weightkit.ui import lesson

page = lesson.start(
    "same_function",
    "Train two networks from **two seeds**, then walk on the straight line from the weights of one"
    " to the weights of the other. The units of a hidden layer have no order of their own: *Git"
    " Re-Basin* (Ainsworth et al. 2023) puts those of one network into the order that is nearest"
    " to the other, and walks again.",
)

from weightkit.lessons import same_function as same

config = page.controls(
    same.Config,
    ["dataset", "width", "epochs", "n_seeds"],
    more=["depth", "optimizer", "learning_rate", "batch_size", "points", "seed"],
    presets=same.PRESETS,
)
told = page.tell(same, config)
page.show(told.story["loss-along-the-line"])
page.pair(told.story["accuracy-along-the-line"], told.story.get("matched-rows"))
page.pair(told.story.get("cosines"), told.story.get("permuted"))
page.end(told)
