"""The loop against torch.optim, row against row, frozen against still."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace

import pandas as pd
import pytest
import torch
from conftest import make_dataset
from hypothesis import example, given, settings
from hypothesis import strategies as st

from weightkit import MLP, Freeze, TrainConfig, initialize_, pieces, train
from weightkit.evaluation import Memory, of_classes
from weightkit.passes import with_ones
from weightkit.training import evaluate, frozen_parameters

SIZES = (6, 8, 5, 4)
OPTIM = {
    "sgd": lambda p, **kw: torch.optim.SGD(p, lr=0.05, **kw),
    "momentum": lambda p, **kw: torch.optim.SGD(p, lr=0.05, momentum=0.9, **kw),
    "adam": lambda p, **kw: torch.optim.Adam(p, lr=0.05, **kw),
}


def run(mlp, data, **settings):
    return list(
        train(
            mlp,
            data,
            TrainConfig(**{"learning_rate": 0.05, "batch_size": 16, "epochs": 2, **settings}),
        )
    )


def new(n_models=1, seeds=0, sizes=SIZES):
    return initialize_(
        MLP(sizes, n_models=n_models), "kaiming_normal", seeds, biases=("normal", 0.1)
    )


def plain(net, data, optimizer, epochs, batch_size=16, seed=0, before_epoch=None):
    """The loop as a notebook writes it."""
    order = torch.Generator().manual_seed(seed)
    for epoch in range(1, epochs + 1):
        if before_epoch:
            before_epoch(epoch)
        for batch in torch.randperm(len(data.x_train), generator=order).split(batch_size):
            optimizer.zero_grad()
            logits = net(data.x_train[batch])
            if data.task == "binary":
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    logits[:, 0], data.y_train[batch]
                )
            else:
                loss = torch.nn.functional.cross_entropy(logits, data.y_train[batch])
            loss.backward()
            optimizer.step()


def assert_same(mlp, net, model=0, rtol=2e-3, atol=2e-4):
    linears = [m for m in net if isinstance(m, torch.nn.Linear)]
    for layer, linear in zip(mlp.layers, linears, strict=True):
        torch.testing.assert_close(
            mlp.weight[layer][model], linear.weight.data, rtol=rtol, atol=atol
        )
        torch.testing.assert_close(mlp.bias[layer][model], linear.bias.data, rtol=rtol, atol=atol)


@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
@pytest.mark.parametrize("optimizer", OPTIM)
@pytest.mark.parametrize("task", ["multiclass", "binary"])
def test_a_stack_of_one_equals_nn_sequential_through_50_steps(task, optimizer, weight_decay):
    data = make_dataset(task)
    mlp = new(sizes=(6, 8, 5, data.n_outputs))
    net = mlp.sequential()
    updates = -(-len(data.x_train) // 16)
    epochs = -(-50 // updates)
    plain(net, data, OPTIM[optimizer](net.parameters(), weight_decay=weight_decay), epochs)
    run(mlp, data, optimizer=optimizer, epochs=epochs, weight_decay=weight_decay)
    assert_same(mlp, net)


def test_l1_adds_the_sign_to_the_gradient(multiclass):
    mlp = new()
    net = mlp.sequential()

    class L1(torch.optim.SGD):
        def step(self):
            for p in net.parameters():
                p.grad += 0.01 * p.detach().sign()
            super().step()

    plain(net, multiclass, L1(net.parameters(), lr=0.05), 3)
    run(mlp, multiclass, optimizer="sgd", epochs=3, l1=0.01)
    assert_same(mlp, net)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_row_i_of_a_stack_equals_the_same_network_alone(multiclass, dropout):
    stack = new(4, [3, 4, 5, 6])
    states = run(stack, multiclass, epochs=3, dropout=dropout)
    for i in range(4):
        alone = new(1, 3 + i)
        last = run(alone, multiclass, epochs=3, dropout=dropout)[-1]
        assert_same(stack, alone.sequential(), i, rtol=1e-3, atol=1e-4)
        assert last.loss["test"][0] == pytest.approx(float(states[-1].loss["test"][i]), rel=1e-3)


def test_it_yields_before_the_first_update_and_after_every_epoch(multiclass):
    mlp = new()
    start = mlp.flat.clone()
    states = train(mlp, multiclass, TrainConfig(epochs=2))
    assert next(states).epoch == 0
    assert torch.equal(mlp.flat, start)
    assert [s.epoch for s in states] == [1, 2]
    assert not torch.equal(mlp.flat, start)


@pytest.mark.parametrize(("every", "epochs"), [(2, [0, 2, 4, 5]), (7, [0, 5])])
def test_measuring_every_few_epochs_leaves_out_measurements_and_nothing_else(
    multiclass, every, epochs
):
    one, other = new(2), new(2)
    each = {s.epoch: s for s in train(one, multiclass, TrainConfig(epochs=5))}
    few = list(train(other, multiclass, TrainConfig(epochs=5, every=every)))
    assert [s.epoch for s in few] == epochs
    assert torch.equal(one.flat, other.flat)
    for state in few:
        assert torch.equal(state.loss["test"], each[state.epoch].loss["test"])
        assert torch.equal(state.diverged, each[state.epoch].diverged)


def test_evaluation_equals_pytorch(multiclass, binary):
    for data in (multiclass, binary):
        mlp = new(2, [1, 2], sizes=(6, 8, data.n_outputs))
        state = evaluate(mlp, data)
        for model in range(2):
            logits = mlp.sequential(model)(data.x_train).detach()
            if data.task == "binary":
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    logits[:, 0], data.y_train
                )
                right = ((logits[:, 0] > 0) == (data.y_train > 0.5)).double().mean()
            else:
                loss = torch.nn.functional.cross_entropy(logits, data.y_train)
                right = (logits.argmax(1) == data.y_train).double().mean()
            assert float(state.loss["train"][model]) == pytest.approx(float(loss), rel=1e-5)
            assert float(state.accuracy["train"][model]) == pytest.approx(float(right))


@given(st.integers(0, 2**31 - 1), st.sampled_from([None, math.nan, math.inf, -math.inf]))
@example(655, math.inf)
@settings(max_examples=60, deadline=None)
def test_losses_and_right_answers_are_those_of_log_softmax_and_argmax(seed, odd):
    g = torch.Generator().manual_seed(seed)
    logits = torch.randint(-3, 4, (4, 5, 9), generator=g).float()  # many are equal
    if odd is not None:
        logits[1:3][torch.rand(2, 5, 9, generator=g) < 0.2] = odd
    y = torch.randint(5, (9,), generator=g)
    loss, right = of_classes(logits, y)
    expected = -logits.log_softmax(1).gather(1, y.expand(4, 1, -1)).squeeze(1)
    torch.testing.assert_close(loss, expected, equal_nan=True)
    assert torch.equal(right, logits.argmax(1) == y)


def test_the_training_split_is_measured_on_as_many_of_its_examples_as_asked(multiclass):
    one, other = new(), new()
    whole, some = run(one, multiclass)[-1], run(other, multiclass, measured=7)[-1]
    assert torch.equal(one.flat, other.flat)
    assert torch.equal(some.loss["test"], whole.loss["test"])
    part = replace(multiclass, x_train=multiclass.x_train[:7], y_train=multiclass.y_train[:7])
    assert torch.equal(some.loss["train"], evaluate(other, part).loss["train"])
    assert not torch.equal(some.loss["train"], whole.loss["train"])


def test_pieces_of_other_sizes_share_a_pass(multiclass):
    memory, x = Memory(), with_ones(multiclass.x_train[:11])
    for n in (2, 5, 3, 5, 1):  # a larger one takes the place of what there is
        mlp = new(n, list(range(n)))
        found = mlp.forward_(memory(mlp, 11, keep=True), x)
        assert torch.equal(found.logits, mlp.forward(multiclass.x_train[:11]).logits)
        mlp.backward(found, torch.ones_like(found.logits))
        alone, grad = mlp.forward(multiclass.x_train[:11]), mlp.grad.clone()
        mlp.backward(alone, torch.ones_like(alone.logits))
        assert torch.equal(grad, mlp.grad)
    rooms = {room.data_ptr() for n in (5, 3, 1) for room in memory(new(n, 0), 11).sums}
    assert len(rooms) == len({room.data_ptr() for room in memory(new(5, 0), 11).sums})


def test_a_tie_goes_to_the_first_class_as_in_argmax(multiclass):
    state = evaluate(MLP(SIZES), multiclass)
    assert float(state.accuracy["train"]) == pytest.approx(
        float((multiclass.y_train == 0).double().mean())
    )


def test_a_diverged_network_is_marked_and_leaves_the_others_alone(multiclass):
    stack = new(3, [0, 1, 2])
    for weight in stack.weight.values():
        weight[1].fill_(1e20)  # overflows in the second layer
    states = run(stack, multiclass, optimizer="sgd", epochs=3)
    assert states[-1].diverged.tolist() == [False, True, False]
    clean = new(3, [0, 1, 2])
    run(clean, multiclass, optimizer="sgd", epochs=3)
    for model in (0, 2):
        assert torch.equal(stack.weight["fc1"][model], clean.weight["fc1"][model])


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("optimizer", OPTIM)
def test_a_frozen_parameter_moves_by_exactly_0(multiclass, optimizer, weight_decay):
    mlp = new(2, [0, 1])
    freeze = (Freeze("fc1", "weight", first=2, models=(1,)), Freeze("output", "bias"))
    before = {}
    for state in train(
        mlp,
        multiclass,
        TrainConfig(epochs=4, optimizer=optimizer, weight_decay=weight_decay, freeze=freeze),
    ):
        if state.epoch >= 1:
            now = {k: v.clone() for k, v in mlp.parameters().items()}
            if before:
                moved = {k: (now[k] - before[k]).flatten(1).norm(dim=1) for k in now}
                assert moved[("fc1", "weight")][1] == 0
                assert moved[("output", "bias")].tolist() == [0, 0]
                assert moved[("fc1", "weight")][0] > 0
                assert moved[("fc1", "bias")].min() > 0
            before = now


@pytest.mark.parametrize("optimizer", OPTIM)
def test_freezing_and_thawing_in_mid_run_is_pytorchs(multiclass, optimizer):
    mlp = new()
    net = mlp.sequential()

    def toggle(epoch):
        net[2].weight.requires_grad_(epoch not in (2, 3))
        if epoch in (2, 3):
            net[2].weight.grad = None

    plain(
        net,
        multiclass,
        OPTIM[optimizer](net.parameters(), weight_decay=0.01),
        5,
        before_epoch=toggle,
    )
    run(
        mlp,
        multiclass,
        optimizer=optimizer,
        epochs=5,
        weight_decay=0.01,
        freeze=(Freeze("fc1", "weight", 2, 3),),
    )
    assert_same(mlp, net)


def test_frozen_rows_do_not_change_the_others(multiclass):
    one, other = new(2, [0, 1]), new(2, [0, 1])
    run(one, multiclass, epochs=3)
    run(other, multiclass, epochs=3, freeze=(Freeze("fc1", "weight", models=(0,)),))
    torch.testing.assert_close(one.weight["fc1"][1], other.weight["fc1"][1], rtol=1e-5, atol=1e-7)


def test_schedules():
    mlp = new(3)
    schedule = (Freeze("input", "bias", 2, 3, (0, 2)),)
    assert frozen_parameters(mlp, schedule, 1) == set()
    assert frozen_parameters(mlp, schedule, 3) == {(0, "input", "bias"), (2, "input", "bias")}
    assert frozen_parameters(mlp, schedule, 4) == set()


@pytest.mark.parametrize(
    ("freeze", "word"),
    [
        (Freeze("fc9", "weight"), "fc9"),
        (Freeze("fc1", "weights"), "weights"),
        (Freeze("fc1", "weight", models=(7,)), "7"),
    ],
)
def test_freezing_what_is_not_there_is_refused(multiclass, freeze, word):
    with pytest.raises(ValueError, match=word):
        run(new(), multiclass, freeze=(freeze,))


def test_a_network_that_does_not_fit_the_data_is_refused(multiclass):
    with pytest.raises(ValueError, match="needs 6 inputs and 4 outputs"):
        run(new(sizes=(5, 4)), multiclass)


def test_too_much_work_is_refused(multiclass):
    with pytest.raises(ValueError, match="one run may take .*: lower"):
        run(new(200, 0, sizes=(6, 250, 250, 4)), multiclass, epochs=2000)


@pytest.mark.parametrize(
    "bad",
    [
        {"epochs": -1},
        {"epochs": 2.5},
        {"epochs": True},
        {"batch_size": 0},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"optimizer": "lion"},
        {"dropout": 1.0},
        {"weight_decay": -1.0},
        {"seed": -1},
    ],
)
def test_bad_settings_name_field_value_and_range(bad):
    ((field, value),) = bad.items()
    with pytest.raises(ValueError, match=f"{field} is .*{value!r}.*must be"):
        TrainConfig(**bad)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"dropout": 0.3},
        {"weight_decay": 0.01},
        {"l1": 0.001},
        {"freeze": (Freeze("fc1", "bias", models=(1, 4)),)},
    ],
)
def test_two_halves_on_two_cores_give_what_one_piece_gives(multiclass, monkeypatch, settings):
    whole, halves = new(5, [0, 1, 2, 3, 4]), new(5, [0, 1, 2, 3, 4])
    one = run(whole, multiclass, epochs=3, **settings)[-1]
    monkeypatch.setattr(pieces, "WORTH_TWO_CORES", 0)
    two = run(halves, multiclass, epochs=3, **settings)[-1]
    torch.testing.assert_close(halves.flat, whole.flat, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(two.loss["test"], one.loss["test"], rtol=1e-3, atol=1e-4)


def test_frames_are_tidy(multiclass):
    labels = pd.DataFrame({"condition": ["a", "b"], "seed": [0, 1]})
    frame = run(new(2, [0, 1]), multiclass)[-1].frame(labels)
    assert list(frame) == ["condition", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    assert len(frame) == 4
    assert frame["accuracy"].between(0, 1).all()


@pytest.mark.parametrize("halves", [False, True])
def test_the_same_config_gives_the_same_bits_while_8_threads_train_something_else(
    multiclass, monkeypatch, halves
):
    if halves:
        monkeypatch.setattr(pieces, "WORTH_TWO_CORES", 0)

    def once():
        mlp = new(5, [0, 1, 2, 3, 4])
        run(mlp, multiclass, epochs=5)
        return mlp.flat.clone()

    alone = once()
    stop = threading.Event()

    def noise(seed):
        while not stop.is_set():
            run(new(3, [seed, seed + 1, seed + 2]), multiclass, epochs=1, seed=seed)

    threads = [threading.Thread(target=noise, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            assert torch.equal(once(), alone)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def too_small(numbers):
    """Those that float32 holds with fewer digits."""
    return (numbers != 0) & (numbers.abs() < torch.finfo(torch.float32).tiny)


@pytest.mark.parametrize("halves", [False, True])
def test_numbers_below_float32s_digits_are_0_in_whichever_thread(multiclass, monkeypatch, halves):
    """Strong L2 shrinks all weights to such numbers: each thread has the same bits instead."""
    if halves:
        monkeypatch.setattr(pieces, "WORTH_TWO_CORES", 0)

    def once():
        mlp = new(2, [0, 1])
        run(mlp, multiclass, epochs=30, optimizer="sgd", learning_rate=0.1, weight_decay=3.0)
        return torch.cat([mlp.flat, mlp.grad])

    here = once()
    assert not too_small(here).any()
    with ThreadPoolExecutor(1) as pool:
        assert torch.equal(pool.submit(once).result(), here)
    monkeypatch.setattr("weightkit.training.flushed", nullcontext)
    assert too_small(once()).any(), "there are such numbers"


@pytest.mark.parametrize("before", [False, True])
def test_training_leaves_global_state_alone(multiclass, before):
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    torch.set_flush_denormal(before)
    try:
        run(new(), multiclass, dropout=0.2)
        assert too_small(torch.tensor([1e-39]) * 1).any() != before
    finally:
        torch.set_flush_denormal(False)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.random.get_rng_state(), state)
