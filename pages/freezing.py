"""Part 7: freezing weights during learning."""

from weightkit.experiments import freezing as experiment
from weightkit.lazy import lazy
from weightkit.ui import lesson, schedule_grid
from weightkit.ui.controls import Control

charts, words = lazy("weightkit.charts.freezing"), lazy("weightkit.charts.freezing_words")
SCHEDULES, LOOP, TRANSFER = VIEWS = ("Schedules", "The loop", "Transfer")
PREFIX = "transfer_"  # of the transfer view's keys: its defaults are its own
ASK = {
    experiment.HALF: "only the output layer learns in the first half",
    experiment.BIASES: "all weights keep their random start and only the biases learn",
    experiment.FC1: "the layer fc1 keeps its random start",
    experiment.WEIGHTS: "all biases keep their random start and only the weights learn",
    experiment.OWN: "the parameters of your own schedule are frozen",
    experiment.NOTHING: "nothing is frozen",
}

page = lesson.start("freezing")
page.intro(
    "To **freeze** a parameter (a matrix of weights or a vector of biases) is to switch its learning off; in PyTorch, "
    "`requires_grad = False`. Choose what a small network may change, and when, and see what it can still learn."
)
page.controls(None, [Control("view", "Look at", SCHEDULES, options=VIEWS)])
view = page.settings["view"]

if view == SCHEDULES:

    def parse(text: str):
        return experiment.parse_schedule(text, experiment.LAYERS)

    own = Control(
        "schedule", "Your own schedule", experiment.Config.schedule, text=True, parse=parse,
        help="What is frozen when: layer.parameter:first-last, with commas between. “fc1” alone is its weights and biases, "
        "all the time.",
    )  # fmt: skip
    shown, more = ["conditions", "epochs"], ["optimizer", "learning_rate", "weight_decay", "n_seeds", "dataset", "batch_size"]
    fixed = {}
    if page.embedded:  # a slide has room for the chart and few controls
        shown, more = [], [own, *shown, *more]
    else:
        with page.left:
            fixed["schedule"] = experiment.format_schedule(page.parsed(own))
            schedule_grid.draw(
                fixed["schedule"], parse, experiment.format_schedule, experiment.LAYERS, experiment.PARAMETERS, most=100
            )
    config = page.controls(
        experiment.Config,
        shown,
        more=[Control("split", "Accuracy on", "test", options=("test", "train", "both")), *more, "seed"],
        presets=experiment.PRESETS,
        fixed=fixed,
        conditions={"label": "Networks to compare"},
        n_seeds={"label": "Networks of each kind"},
        learning_rate={"options": (0.0001, 0.001, 0.005, 0.01, 0.05, 0.1), "slider": True},
        weight_decay={"options": (0.0, 0.0001, 0.001, 0.01, 0.1), "slider": True},
        batch_size={"options": (16, 32, 64, 128, 256), "slider": True},
    )
    asked = next(name for name in ASK if name in config.conditions)
    at = config.half if asked == experiment.HALF and config.half else config.epochs
    page.predict(
        f"One of these networks starts with random numbers, and {ASK[asked]}. What share of the test set will it get right "
        f"after epoch {at}?",
        number=(0.0, 100.0),
        unit="%",
        tolerance=8.0,
    )
    result = page.run(experiment.run, config, live=charts.live)
    reached = charts.ends(result.curves, at).get(asked, 0.0)
    page.judge(100 * reached, f"Measured: “{asked}” is at {reached:.0%} after epoch {at}.")
    page.show(charts.accuracy(result.curves, config.half, page.settings["split"], page.height(300)))
    start = experiment.HALF if experiment.HALF in config.conditions else config.conditions[-1]
    with page.main:
        look = page.pick(Control("look", "Look into", start, options=config.conditions))
    one, two = page.main.columns(2, gap="large")
    page.show(charts.grid(result.status, look), into=one)
    page.show(charts.movement(result.movement, result.status, look), into=two)
    page.conclude(*words.schedules(result.curves, result.movement, result.status, config.half))
    slips = [words.through(result.movement), words.undisturbed(result.curves, config.half)]
    if any(slips):
        page.notes_slip(*filter(None, slips))
    page.finish(config, {name: getattr(result, name) for name in ("curves", "movement", "status")})

elif view == LOOP:
    notes, meant = experiment.LOOPS
    page.say("Before every epoch, the notes run this loop over the parameters of the network, in this shape:", beside=True)
    page.code(experiment.source(notes), "python", beside=True)
    ANSWERS = ["In the first half", "In every epoch", "In no epoch"]
    page.predict("It should freeze all layers but the output in the first half. When are they really frozen?", ANSWERS)
    epochs = 10
    frame, left = page.run(experiment.compare_loops, epochs), page.run(experiment.leftovers, epochs)
    frozen = sorted(frame.loc[(frame["loop"] == notes) & ~frame["requires_grad"], "epoch"].unique())
    page.judge(
        ANSWERS[2 if not frozen else 1 if len(frozen) == epochs else 0],
        "The “else” belongs to the inner “if”: as soon as the loop meets a parameter of the output layer, and these come "
        f"last, everything is switched on again. Epochs in which anything was frozen: {len(frozen)} of {epochs}.",
    )
    page.show(charts.loop(frame, notes))
    one, two = page.columns(2)
    if not page.embedded:
        one.markdown("**As it was meant**: the “else” belongs to the outer “if”.")
        one.code(experiment.source(meant), language="python", wrap_lines=True)
    page.show(charts.loop(frame, meant), into=two)
    page.show(charts.leftovers(left), into=one)
    page.conclude(*words.loops(frame, left))
    page.notes_slip(
        "“Think of requires_grad as a toggle that switches learning off” needs one more word. What an optimiser looks at is "
        "the gradient: a parameter whose gradient is None is skipped; one whose gradient is a matrix of zeros is still "
        "moved by momentum and weight decay. Since PyTorch 2.0, `zero_grad()` leaves None, before it left zeros.",
    )
    page.finish({"epochs": epochs}, {"loops": frame, "leftovers": left}, "freezing_loop")

else:
    config = page.controls(
        experiment.TransferConfig,
        ["task", "layers", "n_labelled"],
        more=["pretrain_epochs", "epochs", "n_seeds", "learning_rate", "optimizer", "dataset", "seed"],
        presets={
            name: {"view": TRANSFER, **{PREFIX + key: value for key, value in preset.items()}}
            for name, preset in experiment.TRANSFER_PRESETS.items()
        },
        prefix=PREFIX,
        task={"label": "Learn first, then", "names": {"new digits": "0 to 4, then 5 to 9",
                                                      "inverted images": "digits, then their negatives"}},
        layers={"label": "Layers taken over"},
        n_labelled={"label": "Labelled examples per class"},
        pretrain_epochs={"label": "Epochs of pretraining"},
        epochs={"label": "Epochs on the labelled examples"},
        n_seeds={"label": "Networks of each kind"},
        learning_rate={"options": (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1), "slider": True},
    )  # fmt: skip
    near = min(config.n_labelled, key=lambda n: abs(n - 5))
    page.predict(
        f"A network has learned the old task. Then {near} labelled image{'s' if near > 1 else ''} of each class of the new one "
        "must do. Who is best on unseen images: the old features frozen under a new output layer, the whole old network "
        "fine-tuned, or a fresh one trained from scratch?",
        experiment.TRANSFERS,
    )
    result = page.run(experiment.transfer, config, live=charts.live_transfer)
    best, means = words.best_at(result.curves, near)
    page.judge(best, f"With {near} per class: {means}.")
    page.show(charts.transfer(result.curves))
    one, two = page.columns(2)
    page.show(charts.advantage(result.curves), into=one)
    with two:
        n = page.pick(Control("examples", "Learning with this many per class", near, options=config.n_labelled))
        page.show(charts.learning(result.curves, n), into=two)
    page.conclude(*words.transfers(result.curves, result.pretraining))
    page.notes_slip(*words.about_transfer(result.curves, config.task))
    page.finish(config, {"curves": result.curves, "pretraining": result.pretraining}, "freezing_transfer")
