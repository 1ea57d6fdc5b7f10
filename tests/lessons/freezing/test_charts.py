"""Every chart of freezing renders, draws the rows it is given, and words its title from them."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from weightkit.charts import export, grammar
from weightkit.charts.export.engine import convert
from weightkit.lessons import freezing as experiment
from weightkit.lessons.freezing import loop, schedules, transfer_learning
from weightkit.lessons.freezing.charts import HATCH
from weightkit.lessons.freezing.schedules.config import HALF

CONDITIONS = experiment.CONDITIONS


@pytest.fixture(scope="module")
def result():
    return experiment.run(experiment.Config(epochs=4, n_seeds=2, schedule="input,fc1.weight:2-3"))


@pytest.fixture(scope="module")
def transferred():
    return experiment.transfer(
        experiment.TransferConfig(epochs=4, pretrain_epochs=2, n_seeds=3, n_labelled=(1, 10))
    )


def plain(curves, accuracy=0.4):
    """Logistic regression of the same seeds."""
    return curves[["n_labelled", "seed", "loss"]].drop_duplicates().assign(accuracy=accuracy)


def carried(curves):
    """Curves told: the facts of transfer learning."""
    return transfer_learning.findings.facts(
        curves, curves.assign(split="test"), plain(curves), "new digits"
    )


@pytest.fixture(scope="module")
def figures(result, transferred):
    loops = loop.tell(loop.LoopConfig(epochs=7), loop.run(loop.LoopConfig(epochs=7)))
    told = transfer_learning.tell(experiment.TransferConfig(n_labelled=(1, 10)), transferred)
    curves = transferred.curves
    return {
        "accuracy": schedules.charts.accuracy(result),
        "accuracy, both": schedules.charts.accuracy(result, "both"),
        "live": schedules.charts.live(result.curves[result.curves["epoch"] == 0]),
        "grid": schedules.charts.grid(result, "own schedule"),
        "movement": schedules.charts.movement(result, "own schedule"),
        "loop, notes": loops["loop-as-in-the-notes"],
        "loop, meant": loops["loop-as-meant"],
        "leftovers": loops["leftover-gradients"],
        "transfer": told["transfer"],
        "advantage": told["transfer-advantage"],
        "learning": transfer_learning.charts.learning(transferred, 10),
        "live transfer": transfer_learning.charts.live(curves[curves["n_labelled"] == 1]),
    }


def test_every_chart_renders(figures):
    drawn = convert(
        [{"format": "svg", "spec": export.picture(figure)} for figure in figures.values()]
    )
    assert len(drawn) == 12 and all(text.startswith("<svg") and "<path" in text for text in drawn)


def test_dark_and_light_are_the_same_data(result):
    for figure in (
        schedules.charts.accuracy(result),
        schedules.charts.grid(result, "own schedule"),
    ):
        light, dark = figure.drawing(), figure.drawing(dark=True)
        assert light != dark
        assert all(light["datasets"][name] is frame for name, frame in dark["datasets"].items())


def test_figures_carry_the_rows_they_draw(figures, result, transferred):
    assert len(figures["accuracy"].data) == len(result.curves) / 2
    assert set(figures["accuracy"].data["split"]) == {"test"}
    pd.testing.assert_frame_equal(figures["accuracy, both"].data, result.curves)
    assert list(figures["grid"].data) == [
        "condition",
        "epoch",
        "layer",
        "parameter",
        "requires_grad",
    ]
    assert len(figures["grid"].data) == 4 * 8
    assert "distance" in figures["movement"].data
    assert len(figures["transfer"].data) == 3 * 2 * 3
    assert set(figures["advantage"].data["condition"]) == {"frozen features", "full fine-tuning"}
    assert set(figures["learning"].data["n_labelled"]) == {10}


def curve(condition, values, split="test", seed=0):
    return pd.DataFrame(
        {
            "condition": condition,
            "seed": seed,
            "epoch": range(len(values)),
            "split": split,
            "loss": 1.0,
            "accuracy": values,
            "diverged": False,
        }
    )


NO_MOVES = pd.DataFrame(columns=["condition", "seed", "epoch", "layer", "parameter", "distance"])
NO_STATUS = pd.DataFrame(
    columns=["condition", "epoch", "layer", "parameter", "requires_grad"]
).astype({"requires_grad": bool})


def of(curves, movement=NO_MOVES, status=NO_STATUS):
    return schedules.Result(curves, movement, status)


def found(result):
    return schedules.findings.facts(result.curves, result.movement, result.status)


def test_a_schedule_has_one_colour_in_its_curve_and_its_grid(result):
    scale = schedules.charts.accuracy(result).chart.layer[1].encoding.color["scale"]
    paint = dict(zip(scale.domain, scale.range, strict=True))
    for name in set(result.status["condition"]):
        cells = schedules.charts.grid(result, name).chart.layer[0].encoding.color
        assert cells.to_dict()["condition"]["value"] == paint[name]


def test_the_facts_measure_the_switch():
    data = pd.concat(
        [curve(CONDITIONS[0], [0.1, 0.8, 0.9, 0.95]), curve(CONDITIONS[1], [0.1, 0.2, 0.7, 0.9])]
    )
    held = found(of(data)).switched
    assert (held.half, held.after, held.end) == (0.2, 0.7, 0.9)
    assert "all layers are switched on" in str(schedules.charts.accuracy(of(data)).chart.to_dict())
    said = schedules.charts.accuracy(of(data)).chart.to_dict()["layer"][-1]["layer"][-1]
    assert said["mark"]["color"] == f"text:{grammar.colours(CONDITIONS)[HALF]}"  # that line's alone
    others = of(data[data["condition"] == CONDITIONS[0]])
    assert found(others).switched is None
    figure = schedules.charts.accuracy(others)
    assert "switched on" not in str(figure.chart.to_dict()) + figure.title
    two = pd.concat(
        [data[data["condition"] == CONDITIONS[0]], curve("fc1 frozen", [0.1, 0.5, 0.6, 0.7])]
    )
    assert schedules.charts.accuracy(of(two)).title == "Nothing frozen: 95%; fc1 frozen: 70%"


def test_diverged_networks_do_not_count_and_are_said():
    lost = curve("fc1 frozen", [0.1, 0.5, 0.6, 0.7]).assign(diverged=[False, True, True, True])
    assert not found(of(lost)).known and found(of(lost)).conditions[0].lost == 1
    figure = schedules.charts.accuracy(of(lost))
    assert figure.title.startswith("All networks diverged")
    assert "diverged" in str(figure.chart.to_dict())


def test_a_condition_has_one_colour_whichever_others_are_shown(result):
    scales = []
    for keep in (CONDITIONS, CONDITIONS[:1] + CONDITIONS[4:5]):
        some = of(
            result.curves[result.curves["condition"].isin(keep)], result.movement, result.status
        )
        spec = schedules.charts.accuracy(some).chart.to_dict()
        scale = spec["layer"][0]["encoding"]["color"]["scale"]
        scales.append(dict(zip(scale["domain"], scale["range"], strict=True)))
    assert scales[0]["fc1 frozen"] == scales[1]["fc1 frozen"]
    assert scales[0]["nothing frozen"] == "series:baseline"


def test_grid_words(result):
    def words(schedule, epochs=4):
        run = experiment.run(
            experiment.Config(
                epochs=epochs,
                n_seeds=1,
                conditions=("own schedule",),
                schedule=schedule,
                learning_rate=1e-5,
            )
        )
        return schedules.charts.grid(run, "own schedule").title

    assert words("") == "“own schedule”: every requires_grad is True in every epoch"
    assert words("fc1.weight").endswith("is False for fc1 weights all the time")
    assert words("fc1:2-3").endswith("is False for fc1 weights and fc1 biases in epochs 2 to 3")
    assert words("fc1,fc2:4").endswith(
        "is False for 4 of 8 parameters in some epochs, 10 of 32 cells"
    )


def test_a_frozen_cell_has_a_stroke_and_no_colour(figures):
    layers = figures["grid"].chart.to_dict()["layer"]
    strokes = [part for part in layers if part["mark"].get("shape") == HATCH]
    assert len(strokes) == 1
    frozen = figures["grid"].data.query("not requires_grad")
    assert len(strokes) == 1 and len(frozen) == 8 + 2
    assert figures["movement"].title.startswith("What is frozen moved by exactly 0")


def test_movement_says_so_if_a_frozen_parameter_moved():
    status = pd.DataFrame(
        [("own schedule", 1, "fc1", "weight", False)],
        columns=["condition", "epoch", "layer", "parameter", "requires_grad"],
    )
    moved = pd.DataFrame(
        [("own schedule", 0, 1, "fc1", "weight", 0.5)],
        columns=["condition", "seed", "epoch", "layer", "parameter", "distance"],
    )
    assert schedules.charts.movement(
        of(curve("own schedule", [0.1]), moved, status), "own schedule"
    ).title.startswith("Frozen parameters moved by up to 0.5")


@pytest.mark.parametrize(
    ("settings", "condition", "epoch", "what"),
    [
        ({"epochs": 1}, "only biases learn", 1, "only the biases learn"),
        ({"epochs": 1, "conditions": CONDITIONS[:2]}, "nothing frozen", 1, "nothing is frozen"),
        (
            {"epochs": 1, "conditions": CONDITIONS[1:2]},
            "output first, then all",
            1,
            "nothing is frozen",
        ),
        ({"epochs": 4}, "output first, then all", 2, "in the first half"),
        (
            {"epochs": 2, "conditions": ("own schedule",), "schedule": "fc1:3-"},
            "own schedule",
            2,
            "nothing is frozen",
        ),
        (
            {"epochs": 3, "conditions": ("own schedule",), "schedule": "fc1:3-"},
            "own schedule",
            3,
            "your own schedule says",
        ),
    ],
)
def test_the_question_is_about_what_is_frozen_in_these_settings(settings, condition, epoch, what):
    config = experiment.Config(**settings)
    assert schedules.story.asked(config) == (condition, epoch)
    assert (
        what in schedules.ask(config).text and f"after epoch {epoch}?" in schedules.ask(config).text
    )


def test_equal_as_printed_is_not_called_different():
    flat = pd.concat([curve(name, [0.1, 0.101, 0.102]) for name in CONDITIONS[:2]])
    title = schedules.charts.accuracy(of(flat)).title
    assert "stays at 10%" in title and "as with nothing frozen" in title
    story = schedules.tell(experiment.Config(epochs=2, conditions=CONDITIONS[:2]), of(flat))
    assert not story.slips and "after 1 epoch;" in story.shows[1] and "still 10%" in story.shows[1]


def test_a_question_about_a_diverged_condition_is_answered_without_a_number():
    lost = curve("fc1 frozen", [0.1, 0.5]).assign(diverged=[False, True])
    verdict = schedules.tell(
        experiment.Config(epochs=1, conditions=("fc1 frozen",)), of(lost)
    ).verdict
    assert (
        verdict.truth == 0.0 and "diverged" in verdict.because and "Measured" not in verdict.because
    )


def status(*free):
    rows = [("nothing frozen", 1, "fc1", p, True) for p in free]
    return pd.DataFrame(rows, columns=["condition", "epoch", "layer", "parameter", "requires_grad"])


@pytest.mark.parametrize(
    ("distances", "words"),
    [
        ((0.5, 0.1), "everything moves; fc1 weights moved most, by 0.5"),
        ((0.5, 0.0), "yet 1 of 2 steps are exactly 0"),
        ((0.0, 0.0), "and yet nothing moved"),
        ((math.inf, math.nan), "no distance is finite"),
    ],
)
def test_movement_of_what_was_free(distances, words):
    rows = [
        ("nothing frozen", 0, 1, "fc1", p, d)
        for p, d in zip(("weight", "bias"), distances, strict=True)
    ]
    moves = pd.DataFrame(
        rows, columns=["condition", "seed", "epoch", "layer", "parameter", "distance"]
    )
    run = of(curve("nothing frozen", [0.1, 0.2]), moves, status("weight", "bias"))
    assert words in schedules.charts.movement(run, "nothing frozen").title


def test_everything_frozen_still_draws():
    config = experiment.Config(
        epochs=2, n_seeds=1, conditions=("own schedule",), schedule="input,fc1,fc2,output"
    )
    result = experiment.run(config)
    figure = schedules.charts.movement(result, "own schedule")
    assert figure.title == "What is frozen moved by exactly 0; nothing moved"
    assert export.svg(figure).startswith("<svg")


def test_loop_titles_are_measured(figures):
    assert (
        figures["loop, notes"].title
        == "The loop as in the notes freezes nothing: requires_grad is True 56 of 56 times"
    )
    assert "all but the output up to epoch 4" in figures["loop, meant"].title
    assert "moved by 0 in all" in figures["loop, meant"].alt


def test_leftovers_name_the_optimisers_that_drift(figures):
    title = figures["leftovers"].title
    assert title.startswith(
        "With a gradient of None a frozen matrix moves by 0; with zeros it drifts on under"
    )
    assert "Adam" in title and "SGD with momentum" in title and "SGD with weight decay" in title


def made(gains, scratch=0.5):
    """Transfer curves of three seeds; gains: {n_labelled: (frozen, tuned)}, the same for each seed
    up to 1 point.
    """
    rows = []
    for n, (frozen, tuned) in gains.items():
        for seed in range(3):
            for name, gain in (
                ("frozen features", frozen),
                ("full fine-tuning", tuned),
                ("from scratch", 0.0),
            ):
                jitter = 0.01 * (seed - 1) if gain else 0.0
                rows += [
                    (name, n, seed, 1, split, 1.0, scratch + gain + jitter)
                    for split in ("train", "test")
                ]
    return pd.DataFrame(
        rows, columns=["condition", "n_labelled", "seed", "epoch", "split", "loss", "accuracy"]
    )


def clear(f):
    """{(condition, n_labelled): "better" or "worse"} of the comparisons that are settled."""
    return {
        (g.condition, g.n_labelled): "better" if g.better else "worse"
        for g in f.gains
        if g.better or g.worse
    }


@pytest.mark.parametrize(
    ("gains", "settled", "title"),
    [
        (
            {1: (0.2, 0.1), 50: (-0.3, 0.0)},
            {
                ("frozen features", 1): "better",
                ("full fine-tuning", 1): "better",
                ("frozen features", 50): "worse",
            },
            "Transfer pays where labels are few: 20 points more than from scratch at 1",
        ),
        (
            {1: (0.0, 0.0), 50: (0.2, 0.0)},
            {("frozen features", 50): "better"},
            "Transfer pays: 20 points more",
        ),
        (
            {1: (-0.2, 0.0), 50: (-0.3, 0.0)},
            {("frozen features", 1): "worse", ("frozen features", 50): "worse"},
            "Here transfer does not pay: 30 points fewer than from scratch at 50",
        ),
        ({1: (0.0, 0.0)}, {}, "3 seeds do not settle"),
    ],
)
def test_transfer_is_judged_by_paired_tests(gains, settled, title):
    f = carried(made(gains))
    assert clear(f) == settled
    assert transfer_learning.charts.transfer_title(f).startswith(title)


def test_the_best_of_many_comparisons_by_chance_is_no_finding():
    """Without any effect, at most about one run in twenty finds one, however many comparisons it
    makes.
    """
    g = np.random.default_rng(0)
    found = 0
    for _ in range(60):
        curves = made(dict.fromkeys((1, 2, 5, 10, 20, 50), (0.0, 0.0)))
        found += bool(
            clear(carried(curves.assign(accuracy=0.5 + 0.05 * g.standard_normal(len(curves)))))
        )
    assert found <= 8  # of 60; without the correction some 20


@pytest.mark.parametrize(
    ("pixels", "words"),
    [(0.4, "the best network is better"), (0.8, "no kind of network beats it")],
)
def test_the_networks_are_held_against_the_pixels(pixels, words):
    curves = made({5: (0.2, 0.1)})
    result = transfer_learning.TransferResult(curves, curves, plain(curves, pixels))
    told = transfer_learning.tell(experiment.TransferConfig(n_labelled=(5,)), result)
    assert told.facts.levels[0].pixels == pytest.approx(pixels) and told.facts.levels[0].needed == (
        pixels < 0.5
    )
    (said,) = [s for s in told.shows if "logistic regression" in s]
    assert words in said and f"{pixels:.0%} at 5 per class" in said


def test_holm_is_the_textbooks():
    assert transfer_learning.findings.holm([0.01, 0.04, 0.03, math.nan]) == pytest.approx(
        [0.03, 0.06, 0.06, math.nan], nan_ok=True
    )
    values = pd.Series([0.1, 0.3, 0.2, 0.25])
    assert transfer_learning.findings.paired(values) == pytest.approx(
        stats.ttest_1samp(values, 0).pvalue
    )


def test_a_winner_beats_both_others_and_equal_ones_are_too_close_to_call():
    config = experiment.TransferConfig(n_labelled=(5,))
    for gains, winner in (
        ((0.2, 0.05), "frozen features"),
        ((0.2, 0.2), "Too close to call"),
        ((-0.2, -0.1), "from scratch"),
    ):
        result = transfer_learning.TransferResult(
            made({5: gains}), made({5: gains}), plain(made({5: gains}))
        )
        assert transfer_learning.tell(config, result).verdict.truth == winner


def test_without_pretraining_nothing_is_said_of_what_was_learned():
    config = experiment.TransferConfig(n_labelled=(5,), pretrain_epochs=0)
    curves = made({5: (0.2, 0.1)})
    told = transfer_learning.tell(
        config, transfer_learning.TransferResult(curves, curves.assign(epoch=0), plain(curves))
    )
    assert told.facts.pretrained == 0 and told["transfer"].title.startswith(
        "Taking over untrained layers pays"
    )
    assert (
        not any("have seen five kinds" in s for s in told.slips)
        and "were not pretrained" in told.shows[0]
    )
    assert "has learned the old task." not in transfer_learning.ask(config).text.replace(
        "one that has learned", ""
    )


def test_one_seed_gives_no_verdict_and_a_diverged_one_does_not_count():
    one = made({1: (0.2, 0.1)})
    one = one[one["seed"] == 0]
    assert not clear(carried(one)) and carried(one).levels[0].winner == ""
    assert export.svg(transfer_learning.charts.advantage(one, carried(one))).startswith("<svg")
    broken = made({1: (0.2, 0.1)})
    broken.loc[broken["condition"] == "frozen features", "loss"] = float("nan")
    assert set(transfer_learning.findings.against_scratch(broken)["condition"]) == {
        "full fine-tuning"
    }
    assert export.svg(
        transfer_learning.charts.transfer(broken, plain(broken), carried(broken))
    ).startswith("<svg")


def test_where_all_diverged_nothing_is_compared():
    broken = made({1: (0.2, 0.1), 5: (0.1, 0.1)}).assign(loss=float("nan"))
    told = transfer_learning.tell(
        experiment.TransferConfig(n_labelled=(1, 5)),
        transfer_learning.TransferResult(broken, broken, plain(broken)),
    )
    assert not told.facts.gains and math.isnan(told.facts.luck)
    assert all("nothing to compare" in figure.title for figure in told.figures)
    assert "nan" not in " ".join((*told.shows, *told.slips, told.verdict.because))


def test_the_gain_is_paired_by_seed():
    gains = transfer_learning.findings.against_scratch(made({2: (0.2, -0.1)}))
    assert gains.query("condition == 'frozen features'")["accuracy_gain"].tolist() == pytest.approx(
        [0.19, 0.2, 0.21]
    )


def test_ticks_are_the_numbers_of_examples(figures):
    axes = [part["encoding"]["x"]["axis"] for part in figures["transfer"].chart.to_dict()["layer"]]
    assert all(axis["values"] == [1, 10] for axis in axes)
