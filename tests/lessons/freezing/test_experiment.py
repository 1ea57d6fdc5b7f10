"""Frozen means frozen, as PyTorch does it; what each schedule costs; the notes' loop; transfer
learning, both ways.
"""

import dataclasses
from collections import OrderedDict

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit import datasets
from weightkit.lessons import freezing
from weightkit.lessons.freezing import (
    LAYERS,
    PARAMETERS,
    Config,
    TransferConfig,
    format_schedule,
    parse_schedule,
)
from weightkit.lessons.freezing.transfer_learning import experiment as _transfer
from weightkit.training import Freeze, TrainConfig

SEEDS = 5
KEYS = ["condition", "epoch", "layer", "parameter"]


@pytest.fixture(scope="module")
def result():
    return freezing.run(Config(n_seeds=SEEDS))


@pytest.fixture(scope="module")
def transfers():
    return {
        "new digits": freezing.transfer(TransferConfig()),
        "inverted images": freezing.transfer(
            TransferConfig(task="inverted images", n_labelled=(1, 5, 50))
        ),
    }


def accuracy(result, condition, epoch):
    """Test accuracy of every seed."""
    rows = result.curves.query("condition == @condition and epoch == @epoch and split == 'test'")
    return rows.set_index("seed")["accuracy"]


# ---------------------------------------------------------------- schedules as texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (
            "fc1.weight:1-5,output.bias:3-10",
            (Freeze("fc1", "weight", 1, 5), Freeze("output", "bias", 3, 10)),
        ),
        ("fc1", (Freeze("fc1", "weight"), Freeze("fc1", "bias"))),
        (
            " fc2.bias:4 , input.weight:2- ,",
            (Freeze("fc2", "bias", 4, 4), Freeze("input", "weight", 2, None)),
        ),
    ],
)
def test_a_schedule_is_read(text, expected):
    assert parse_schedule(text, LAYERS) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fc9", "layer must be one of input, fc1, fc2, output"),
        ("fc1.weights:1-5", "there must be weight or bias"),
        ("fc1.weight:5-3", "the first not after the last"),
        ("fc1.weight:0-3", "from 1 to 2000"),
        ("fc1:1-20000", "from 1 to 2000"),
        ("fc1.weight:one", "each entry must have the form"),
        ("fc1.weight:-3", "each entry must have the form"),
        ("fc1.weight.bias", "each entry must have the form"),
        ("fc1," * 200, "at most 400 letters"),
    ],
)
def test_a_bad_schedule_is_refused_with_a_reason(text, says):
    with pytest.raises(ValueError, match=says) as problem:
        Config(schedule=text)
    assert str(problem.value).startswith("schedule ")
    assert text[:20] in str(problem.value)


intervals = st.tuples(st.integers(1, 50), st.none() | st.integers(0, 50)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
)
freeze = st.builds(
    lambda layer, parameter, interval: Freeze(layer, parameter, *interval),
    st.sampled_from(LAYERS),
    st.sampled_from(PARAMETERS),
    intervals,
)


@settings(deadline=None)
@given(st.lists(freeze, max_size=8, unique=True))
def test_writing_a_schedule_and_reading_it_gives_the_same(freezes):
    text = format_schedule(freezes)
    assert len(text) <= 400
    assert set(parse_schedule(text, LAYERS)) == set(freezes)


# ---------------------------------------------------------------- the run


def test_frames(result):
    assert list(result.curves) == [
        "condition",
        "seed",
        "epoch",
        "split",
        "loss",
        "accuracy",
        "diverged",
    ]
    assert list(result.movement) == ["condition", "seed", "epoch", "layer", "parameter", "distance"]
    assert list(result.status) == ["condition", "epoch", "layer", "parameter", "requires_grad"]
    networks, epochs = len(freezing.CONDITIONS) * SEEDS, Config().epochs
    assert len(result.curves) == networks * (epochs + 1) * 2
    assert len(result.movement) == networks * epochs * 8
    assert len(result.status) == len(freezing.CONDITIONS) * epochs * 8
    assert not result.curves.duplicated(["condition", "seed", "epoch", "split"]).any()
    assert not result.movement.duplicated([*KEYS, "seed"]).any()
    assert result.status["requires_grad"].dtype == bool
    assert sorted(result.movement["epoch"].unique()) == list(range(1, epochs + 1))


def test_all_conditions_of_a_seed_start_as_the_same_network(result):
    start = result.curves.query("epoch == 0")
    assert (start.groupby(["seed", "split"])["loss"].nunique() == 1).all()
    assert start.groupby("split")["loss"].nunique().eq(SEEDS).all()


def test_the_status_is_what_each_condition_says(result):
    on = result.status.set_index(KEYS)["requires_grad"]
    half, last = Config().half, Config().epochs
    assert on["nothing frozen"].all()
    early = on["output first, then all"][lambda s: s.index.get_level_values("epoch") <= half]
    assert (
        early.groupby("layer").all()
        == pd.Series({"fc1": False, "fc2": False, "input": False, "output": True})
    ).all()
    assert on["output first, then all"].loc[half + 1 : last].all()
    assert on["only biases learn"].groupby("parameter").all().to_dict() == {
        "bias": True,
        "weight": False,
    }
    assert on["only weights learn"].groupby("parameter").all().to_dict() == {
        "bias": False,
        "weight": True,
    }
    assert on["fc1 frozen"].groupby("layer").any()["fc1"] == False  # noqa: E712
    assert on["fc1 frozen"].drop("fc1", level="layer").all()
    own = result.status.query("condition == 'own schedule' and not requires_grad")
    assert own.groupby("layer")["epoch"].max().to_dict() == {"input": 8, "fc1": 6, "fc2": 4}


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_frozen_parameter_moves_by_exactly_zero_and_every_other_one_moves(optimizer):
    """In mid-run too, when momentum and weight decay would carry it on."""
    config = Config(
        schedule="fc1.weight:2-3,output.bias:2,input:3-",
        conditions=("nothing frozen", "own schedule"),
        optimizer=optimizer,
        weight_decay=0.01,
        epochs=4,
        n_seeds=SEEDS,
        learning_rate=0.01,
    )
    result = freezing.run(config)
    both = result.movement.merge(result.status, on=KEYS)
    assert not both["requires_grad"].all()
    assert ((both["distance"] == 0.0) == ~both["requires_grad"]).all()


def test_movement_and_status_agree_in_every_condition(result):
    both = result.movement.merge(result.status, on=KEYS)
    assert len(both) == len(result.movement)
    assert (both.loc[~both["requires_grad"], "distance"] == 0.0).all()
    assert (both.loc[both["requires_grad"], "distance"] > 0.0).all()


def plain_pytorch(config, seed):
    """Test loss by epoch of one network under config.schedule, with torch.nn, torch.optim and
    requires_grad alone.
    """
    data = datasets.load(config.dataset)
    generator, sizes = torch.Generator().manual_seed(seed), (64, 64, 32, 32, 10)
    modules = []
    for i, name in enumerate(LAYERS):
        linear = torch.nn.utils.skip_init(torch.nn.Linear, sizes[i], sizes[i + 1])
        with torch.no_grad():
            for p in (linear.weight, linear.bias):
                p.uniform_(-(sizes[i] ** -0.5), sizes[i] ** -0.5, generator=generator)
        modules += [(name, linear), (f"relu{i}", torch.nn.ReLU())]
    net = torch.nn.Sequential(OrderedDict(modules[:-1])).double()
    decay = {"lr": config.learning_rate, "weight_decay": config.weight_decay}
    optimizer = {
        "sgd": lambda: torch.optim.SGD(net.parameters(), **decay),
        "momentum": lambda: torch.optim.SGD(net.parameters(), momentum=0.9, **decay),
        "adam": lambda: torch.optim.Adam(net.parameters(), **decay),
    }[config.optimizer]()
    order, losses = torch.Generator().manual_seed(config.seed), []
    frozen = parse_schedule(config.schedule, LAYERS)
    for epoch in range(1, config.epochs + 1):
        for name, p in net.named_parameters():
            p.requires_grad = not any(
                f"{f.layer}.{f.parameter}" == name and f.covers(epoch) for f in frozen
            )
        for batch in torch.randperm(len(data.x_train), generator=order).split(config.batch_size):
            optimizer.zero_grad()
            logits = net(data.x_train[batch].double())
            torch.nn.functional.cross_entropy(logits, data.y_train[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(
                torch.nn.functional.cross_entropy(net(data.x_test.double()), data.y_test).item()
            )
    return losses


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.1), ("momentum", 0.02), ("adam", 0.001)])
@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_freezing_and_thawing_in_mid_run_is_what_torch_optim_does(optimizer, rate, decay):
    """Momentum, Adam's moments and its step count must stand still while frozen, and go on from
    there afterwards.
    """
    config = Config(
        conditions=("own schedule", "nothing frozen"),
        schedule="fc1.weight:2-3,output.bias:2-4,input:4,fc2:3-",
        optimizer=optimizer,
        learning_rate=rate,
        weight_decay=decay,
        epochs=5,
        batch_size=64,
        n_seeds=2,
        seed=3,
    )
    curves = freezing.run(config).curves.query(
        "condition == 'own schedule' and split == 'test' and epoch > 0"
    )
    mine = curves.query("seed == 4")["loss"].tolist()
    assert mine == pytest.approx(plain_pytorch(config, 4), rel=2e-4)


# ---------------------------------------------------------------- what the page claims


def test_with_only_the_output_learning_little_is_learned_and_the_switch_mends_it(result):
    half, last = Config().half, Config().epochs
    full, switched = (
        {e: accuracy(result, c, e) for e in (half, half + 1, last)} for c in freezing.CONDITIONS[:2]
    )
    assert (full[half] > 0.85).all()
    assert (switched[half] < full[half] - 0.25).all()
    assert (switched[half + 1] > switched[half] + 0.1).all()  # one epoch with all layers
    assert (switched[last] > full[last] - 0.08).all()


def test_biases_hardly_matter_and_cannot_replace_weights(result):
    last = Config().epochs
    full = accuracy(result, "nothing frozen", last)
    weights, biases = (
        accuracy(result, "only weights learn", last),
        accuracy(result, "only biases learn", last),
    )
    assert (weights > full - 0.05).all()
    assert abs(weights.mean() - full.mean()) < 0.02
    assert (biases < 0.5).all()


def test_one_frozen_hidden_layer_costs_little(result):
    last = Config().epochs
    assert (
        accuracy(result, "fc1 frozen", last) > accuracy(result, "nothing frozen", last) - 0.08
    ).all()


def test_gradual_thawing_ends_near_the_baseline(result):
    last = Config().epochs
    assert (
        accuracy(result, "own schedule", last) > accuracy(result, "nothing frozen", last) - 0.1
    ).all()


# ---------------------------------------------------------------- promises of every run


def test_same_config_same_bits_and_a_row_depends_on_itself_alone():
    config = Config(epochs=2, n_seeds=2)
    one, other = freezing.run(config), freezing.run(config)
    for name in ("curves", "movement", "status"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    alone = freezing.run(Config(epochs=2, n_seeds=1, conditions=("fc1 frozen",)))
    row = one.curves.query("condition == 'fc1 frozen' and seed == 0").reset_index(drop=True)
    pd.testing.assert_frame_equal(row, alone.curves, rtol=1e-4)


def test_a_diverged_network_is_a_result_and_leaves_the_others_alone():
    wild = {
        "dataset": "breast_cancer",
        "optimizer": "momentum",
        "learning_rate": 1.0,
        "batch_size": 8,
        "epochs": 4,
    }
    result = freezing.run(Config(**wild, schedule="input,fc1,fc2,output", n_seeds=2))
    lost = result.curves.groupby(["condition", "seed"])["diverged"]
    assert lost.any().any()
    assert lost.apply(lambda s: s.iloc[::2].is_monotonic_increasing).all()
    still = result.curves.query("condition == 'own schedule'")
    assert not still["diverged"].any()
    assert still.groupby(["seed", "split"])["loss"].nunique().eq(1).all()
    assert (result.movement.query("condition == 'own schedule'")["distance"] == 0).all()


def test_progress_is_reported_and_what_it_raises_passes_through():
    seen, frames = [], []
    freezing.run(
        Config(epochs=3, n_seeds=1), on_epoch=lambda *at: seen.append(at), on_curves=frames.append
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert [f["epoch"].unique().tolist() for f in frames] == [[0], [1], [2], [3]]

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        freezing.run(Config(epochs=1, n_seeds=1), on_epoch=stop)
    with pytest.raises(KeyboardInterrupt):
        freezing.transfer(TransferConfig(epochs=1, n_seeds=1), on_epoch=stop)


@pytest.mark.parametrize(
    ("config", "bad", "says"),
    [
        (Config, {"epochs": 0}, "epochs is 0"),
        (Config, {"learning_rate": float("nan")}, "learning_rate is nan"),
        (Config, {"conditions": ()}, "conditions is"),
        (Config, {"conditions": ("all frozen",)}, "each entry of conditions is 'all frozen'"),
        (Config, {"schedule": 5}, "schedule is"),
        (TransferConfig, {"n_labelled": (3,)}, "each entry of n_labelled is 3"),
        (TransferConfig, {"layers": 4}, "layers is 4"),
        (TransferConfig, {"dataset": "wine_quality"}, "dataset is 'wine_quality'"),
        (TransferConfig, {"task": "cats"}, "task is 'cats'"),
    ],
)
def test_bad_settings_are_refused_by_name(config, bad, says):
    with pytest.raises(ValueError, match=says):
        config(**bad)


@pytest.mark.parametrize("dataset", ["breast_cancer", "wine_quality"])
def test_other_data_work_too(dataset, real_data):
    result = freezing.run(Config(dataset=dataset, epochs=1, n_seeds=1))
    assert result.curves["loss"].notna().all()


@pytest.mark.parametrize(
    ("config", "presets"), [(Config, freezing.PRESETS), (TransferConfig, freezing.TRANSFER_PRESETS)]
)
def test_presets_are_valid_settings(config, presets):
    known = {f.name for f in dataclasses.fields(config)}
    for preset in presets.values():
        assert set(preset) <= known | {"split"}
        config(**{k: v for k, v in preset.items() if k in known})


# ---------------------------------------------------------------- the notes' loop, and leftovers


def test_the_notes_loop_freezes_nothing_at_all_and_the_mended_one_does():
    frame = freezing.compare_loops(epochs=6)
    assert list(frame) == ["loop", "epoch", "layer", "parameter", "requires_grad", "distance"]
    notes, meant = (frame[frame["loop"] == loop] for loop in ("as in the notes", "as meant"))
    assert notes["requires_grad"].all()
    assert (notes["distance"] > 0).all()
    should = meant["layer"].eq("output") | (meant["epoch"] > 3)
    assert (meant["requires_grad"] == should).all()
    assert ((meant["distance"] > 0) == should).all()


@pytest.mark.parametrize("loop", freezing.LOOPS)
def test_the_code_shown_is_the_code_that_ran(loop):
    code = freezing.source(loop)
    assert code.startswith("if epoch")
    frame = freezing.compare_loops(epochs=4)
    ran = frame[frame["loop"] == loop].set_index(["epoch", "layer", "parameter"])["requires_grad"]
    net = torch.nn.Sequential(OrderedDict((name, torch.nn.Linear(3, 3)) for name in LAYERS))
    for epoch in range(4):
        exec(code, {"net": net, "epoch": epoch, "epochs": 4})
        for name, parameter in net.named_parameters():
            assert parameter.requires_grad == ran[epoch + 1, *name.split(".")]


def test_only_a_gradient_of_none_stops_momentum_and_weight_decay():
    frame = freezing.leftovers()
    assert list(frame) == ["optimizer", "gradient", "epoch", "frozen", "distance"]
    frozen = (
        frame[frame["frozen"]].groupby(["optimizer", "gradient"])["distance"].agg(["min", "max"])
    )
    assert (frozen.xs("None", level="gradient") == 0).all(axis=None)
    drift = frozen.xs("zeros", level="gradient")["min"]
    assert drift["SGD"] == 0
    assert (drift.drop("SGD") > 0).all()
    assert (frame.loc[~frame["frozen"], "distance"] > 0).all()


# ---------------------------------------------------------------- transfer


def final(result):
    last = result.curves[result.curves["epoch"] == result.curves["epoch"].max()]
    return last[last["split"] == "test"]


def test_transfer_frames(transfers):
    result, config = transfers["new digits"], TransferConfig()
    assert list(result.curves) == [
        "condition",
        "n_labelled",
        "seed",
        "epoch",
        "split",
        "loss",
        "accuracy",
    ]
    told = {0, *range(config.every, config.epochs, config.every), config.epochs}
    assert set(result.curves["epoch"]) == told
    assert len(result.curves) == 3 * len(config.n_labelled) * SEEDS * len(told) * 2
    assert not result.curves.duplicated(["condition", "n_labelled", "seed", "epoch", "split"]).any()
    assert list(result.pretraining) == ["seed", "epoch", "split", "loss", "accuracy"]
    known = result.pretraining.query("epoch == @config.pretrain_epochs and split == 'test'")
    assert (known["accuracy"] > 0.9).all()


@pytest.mark.parametrize("task", freezing.TASKS)
def test_the_new_task_is_new_and_its_test_images_unseen(task):
    data = datasets.load("digits")
    old = _transfer.old_task(data, task)
    few, more = (_transfer.new_task(data, task, n, 3) for n in (2, 10))
    assert old.n_classes == few.n_classes == (5 if task == "new digits" else 10)
    assert torch.bincount(few.y_train).tolist() == [2] * few.n_classes
    assert torch.bincount(more.y_train).tolist() == [10] * few.n_classes

    def rows(x):
        return {tuple(row.tolist()) for row in (x if task == "new digits" else 1 - x)}

    assert rows(few.x_train) < rows(more.x_train)
    assert torch.equal(few.x_test, more.x_test)
    assert not rows(more.x_train) & rows(more.x_test)
    for new in (more.x_train, more.x_test):
        assert not rows(new) & {tuple(row.tolist()) for row in old.x_train}
    other = _transfer.new_task(data, task, 2, 4)
    assert not torch.equal(few.x_train, other.x_train)
    assert len(few.x_test) >= 300


def test_the_baseline_is_logistic_regression_on_the_pixels(transfers):
    """One row per choice of examples, right far more often than guessing for every seed."""
    pixels, curves = transfers["new digits"].pixels, transfers["new digits"].curves
    keys = curves[["n_labelled", "seed"]].drop_duplicates()
    assert list(pixels) == ["n_labelled", "seed", "loss", "accuracy"]
    assert (
        len(pixels)
        == len(keys)
        == len(pixels[["n_labelled", "seed"]].drop_duplicates().merge(keys))
    )
    by = pixels.groupby("n_labelled")["accuracy"]
    assert by.min()[50] > 0.9 and by.min()[1] > 0.4 and by.mean()[50] > by.mean()[1]


@pytest.mark.parametrize("layers", [1, 3])
def test_frozen_features_are_the_pretrained_ones_to_the_last_bit(layers, monkeypatch):
    stacks = []

    def spy(mlp, data, config: TrainConfig):
        stacks.append((mlp, mlp.flat.clone()))
        return real(mlp, data, config)

    real = _transfer.train
    monkeypatch.setattr(_transfer, "train", spy)
    freezing.transfer(
        TransferConfig(layers=layers, n_labelled=(5,), epochs=3, pretrain_epochs=2, n_seeds=2)
    )
    (pretrained, _), *others = [
        (mlp, start) for mlp, start in stacks if len(mlp.layers) > 1
    ]  # without the baseline
    assert len(others) == 2
    for row, (mlp, start) in enumerate(others):
        began = mlp.parameters(start)
        for (layer, parameter), now in mlp.parameters().items():
            frozen, tuned, scratch = now
            taken = layer in LAYERS[:layers]
            if taken:
                source = pretrained.parameters()[layer, parameter][row]
                assert torch.equal(frozen, source)
                assert torch.equal(began[layer, parameter][1], source)
                assert not torch.equal(tuned, source)
            else:
                assert torch.equal(began[layer, parameter][0], began[layer, parameter][2])
            assert not torch.equal(scratch, began[layer, parameter][2])


def test_more_labels_help_everyone_on_average(transfers):
    for result in transfers.values():
        means = final(result).groupby(["condition", "n_labelled"])["accuracy"].mean().unstack()
        assert (means[50] > means[5]).all()
        assert (means[5] > means[1]).all()


def test_features_of_0_to_4_do_not_help_with_5_to_9(transfers):
    """The honest answer on digits: from scratch wins with few examples, and frozen features lose
    throughout.
    """
    by = final(transfers["new digits"]).pivot_table(
        index=["n_labelled", "seed"], columns="condition", values="accuracy"
    )
    assert (by["frozen features"] < by["from scratch"]).all()
    few = by.query("n_labelled <= 10").groupby("n_labelled").mean()
    assert (few["full fine-tuning"] < few["from scratch"]).all()
    gap = (by["from scratch"] - by["full fine-tuning"]).groupby("n_labelled").mean()
    assert abs(gap[50]) < 0.04


def test_where_the_features_fit_transfer_pays_with_few_examples(transfers):
    by = final(transfers["inverted images"]).pivot_table(
        index=["n_labelled", "seed"], columns="condition", values="accuracy"
    )
    means = by.groupby("n_labelled").mean()
    assert means.loc[1, "full fine-tuning"] > means.loc[1, "from scratch"] + 0.05
    assert means.loc[5, "full fine-tuning"] > means.loc[5, "from scratch"] + 0.03
    assert (
        means.loc[50, "from scratch"] > means.loc[50, "frozen features"] + 0.05
    )  # what is frozen cannot adapt


def test_the_fewer_layers_are_frozen_the_better_they_follow_a_change_of_the_input():
    ends = [
        final(
            freezing.transfer(
                TransferConfig(task="inverted images", n_labelled=(50,), layers=layers)
            )
        )
        .query("condition == 'frozen features'")["accuracy"]
        .mean()
        for layers in (1, 2, 3)
    ]
    assert ends[0] > ends[1] + 0.03 > ends[2] + 0.06


def test_transfer_is_deterministic_and_reports_progress():
    config = TransferConfig(epochs=2, pretrain_epochs=1, n_labelled=(2, 1), n_seeds=2)
    seen, frames = [], []
    one = freezing.transfer(config, on_epoch=lambda *at: seen.append(at), on_curves=frames.append)
    other = freezing.transfer(config)
    pd.testing.assert_frame_equal(one.curves, other.curves, check_exact=True)
    pd.testing.assert_frame_equal(one.pretraining, other.pretraining, check_exact=True)
    assert seen == [(i, 9) for i in range(1, 10)]
    pd.testing.assert_frame_equal(pd.concat(frames, ignore_index=True), one.curves)


def test_transfer_on_mnist(real_data):
    datasets.clear_cache()
    config = TransferConfig(
        dataset="mnist", n_labelled=(5,), epochs=3, pretrain_epochs=1, n_seeds=1
    )
    last = final(freezing.transfer(config))
    datasets.clear_cache()
    assert last["accuracy"].between(0, 1).all()
