"""Part 3: how large should the initial numbers be?"""

from weightkit.experiments import variance_sweep as experiment
from weightkit.lazy import lazy
from weightkit.ui import lesson
from weightkit.ui.controls import Control

charts = lazy("weightkit.charts.variance_sweep")

page = lesson.start("variance_sweep")
page.intro(
    "Every network below is the same, trained the same way on the same data. Only the **standard deviation** (std) of "
    "its first random weights and biases differs: how widely the numbers scatter around zero."
)
config = page.controls(
    experiment.Config,
    ["dataset", "distribution", "n_seeds", "epochs"],
    more=["n_stds", "optimizer", "learning_rate", "batch_size", "seed"],
    presets=experiment.PRESETS,
    n_seeds={"label": "Networks per std", "default": experiment.PAGE_DEFAULTS["n_seeds"]},
    n_stds={"label": "How many stds"},
    learning_rate={"options": (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1), "slider": True},
    batch_size={"options": (16, 32, 64, 128, 256), "slider": True},
)
ANSWERS = ["Less than a factor of 3", "A factor of 3 to 30", "A factor of 30 to 300", "A factor of 300 or more"]
page.predict(
    "The std runs from 0.0001 to 10, a factor of 100,000. Over how wide a range do the networks end up about equally good?",
    ANSWERS,
)
result = page.run(experiment.run, config, live=charts.live)
found = charts.finding(result.final)
factor = found.last / found.first
page.judge(
    ANSWERS[0 if factor < 3 else 1 if factor < 30 else 2 if factor < 300 else 3],
    f"From {found.first:.2g} to {found.last:.2g}, a factor of {factor:,.0f}, the mean accuracy stays within "
    "5 points of the best. A small network that is easy to train forgives much, but not everything.",
)
page.show(charts.accuracy(result.final))

picked = Control(
    "std", "Learning curve of the networks that start at std", 0.1, options=tuple(config.stds), slider=True
)
if picked.default not in picked.options:
    picked = Control(**{**vars(picked), "default": min(picked.options, key=lambda s: abs(s - 0.1))})
with page.below:
    one, two = page.columns(2)
    with one:
        std = page.pick(picked)
        page.show(charts.learning(result.curves, std), into=one)
    page.show(charts.weights(result.histograms), into=two)
    page.show(charts.requested(result.check))

means = result.final.groupby("std")["accuracy"].mean()
untrained = result.curves.query("epoch == 0 and split == 'test'")["accuracy"].mean()
sentences = [
    f"The plateau: from {found.first:.2g} to {found.last:.2g} the mean accuracy is {found.worst:.1%} to {found.best:.1%}.",
    f"Before training, the same networks were right in {untrained:.0%} of the cases.",
]
if found.halved:
    sentences.append(
        f"The cliff: at {found.halved:.2g} the mean accuracy is {means[found.halved]:.0%}, at {means.index[-1]:g} it is "
        f"{found.top:.0%}. The first outputs are so large there that the first steps go far astray."
    )
lost = int(result.final["diverged"].sum())
sentences.append(f"{lost} of {len(result.final)} networks diverged (their loss was no longer a finite number).")
page.conclude(*sentences)
page.notes_slip(
    "“The standard deviation should be relatively small” is half of it: too small costs as well. Here std "
    f"{means.index[0]:g} ends at {means.iloc[0]:.0%}, the plateau at {found.worst:.0%} or better. The deeper the network, the "
    "narrower the plateau: see *Why random, why this variance*.",
    "One run per std, as in the notebook, cannot tell a cliff from bad luck. That is what the points of several seeds "
    "are for.",
)
page.finish(
    config, {"final": result.final, "curves": result.curves, "histograms": result.histograms, "check": result.check}
)
