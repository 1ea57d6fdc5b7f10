"""Part 7's rows of the coverage table (figures F, explorations E), the loop and transfer, driven to
on the page.
"""

import pytest
from pages_helpers import control, opened, press, well, words
from streamlit.testing.v1 import AppTest

NOTHING, HALF, BIASES, WEIGHTS, FC1, OWN = (
    "nothing frozen",
    "output first, then all",
    "only biases learn",
    "only weights learn",
    "fc1 frozen",
    "own schedule",
)
SMALL = {"epochs": "4", "n_seeds": "2"}
QUICK = {
    "transfer_epochs": "3",
    "transfer_pretrain_epochs": "1",
    "transfer_n_seeds": "2",
    "transfer_n_labelled": ["1", "5"],
}
FEW = {**QUICK, "view": "Transfer"}


def page(reveal="true", **query) -> AppTest:
    at = opened("freezing", reveal=reveal, **query)
    return well(at) if "schedule" not in query else at


# ---------------------------------------------------------------- the rows of the coverage table


def test_f1_requires_grad_of_every_parameter(shown):
    at = page(**SMALL)
    data = shown["requires-grad"].data
    assert len(data) == 8 * 4 and set(data["condition"]) == {HALF}
    assert data.query("requires_grad").groupby("epoch").size().to_dict() == {1: 2, 2: 2, 3: 8, 4: 8}
    well(control(at, "look").set_value(BIASES).run())
    data = shown["requires-grad"].data
    assert data.groupby("parameter")["requires_grad"].all().to_dict() == {
        "bias": True,
        "weight": False,
    }


def test_f1_as_in_the_notes_all_but_the_input_layer_off(shown):
    at = press(page(**SMALL), "All but the input layer off")
    well(control(at, "look").set_value(OWN).run())
    data = shown["requires-grad"].data
    assert set(data.query("requires_grad")["layer"]) == {"input"}
    assert not data.query("layer != 'input'")["requires_grad"].any()
    moved = shown["movement"].data
    assert (moved.query("layer != 'input'")["distance"] == 0).all()
    assert (moved.query("layer == 'input'")["distance"] > 0).all()


def test_f2_accuracy_with_the_switch_at_half_time(shown):
    at = press(page(**SMALL), "The switch at half-time")
    figure = shown["accuracy"]
    assert set(figure.data["condition"]) == {NOTHING, HALF}
    assert set(figure.data["split"]) == {"train", "test"}
    assert figure.title.startswith("Output first, then all: from ")
    assert "all layers are switched on" in str(figure.chart.to_dict())
    assert "With only the output layer learning" in words(at)


@pytest.mark.parametrize(
    ("row", "name", "conditions"),
    [
        ("E1", "Only weights, only biases", {NOTHING, BIASES, WEIGHTS}),
        ("E2", "Only fc1 frozen against none", {NOTHING, FC1}),
    ],
)
def test_e1_e2_what_is_frozen_all_the_time(row, name, conditions, shown):
    at = press(page(**SMALL), name)
    assert set(shown["accuracy"].data["condition"]) == conditions
    assert shown["accuracy"].title.startswith("Nothing frozen: ")
    assert "0.0 points" not in words(at)
    for condition in conditions - {NOTHING}:
        well(control(at, "look").set_value(condition).run())
        frozen = shown["movement"].data.query("not requires_grad")
        assert len(frozen) and (frozen["distance"] == 0).all()


# ---------------------------------------------------------------- the reader's own schedule


def test_a_schedule_from_the_link_is_run(shown):
    at = well(page(**SMALL, schedule="fc1.weight:2-3,output.bias:4-", conditions=OWN, look=OWN))
    data = shown["requires-grad"].data.query("not requires_grad")
    assert set(zip(data["layer"], data["parameter"], data["epoch"], strict=True)) == {
        ("fc1", "weight", 2),
        ("fc1", "weight", 3),
        ("output", "bias", 4),
    }
    assert control(at, "schedule").value == "fc1.weight:2-3,output.bias:4-"


def test_a_schedule_that_cannot_be_read_is_answered_with_a_sentence(shown):
    at = page(**SMALL, schedule="fc7:1-2")
    assert not at.exception and not at.error
    assert "layer must be one of input, fc1, fc2, output" in at.warning[0].value
    assert "accuracy" in shown


def test_the_schedule_of_the_reader_is_kept_when_other_settings_change(shown):
    at = page(**SMALL, schedule="fc2:1-2", conditions=OWN, look=OWN)
    well(control(at, "epochs").set_value(3).run())
    data = shown["requires-grad"].data
    assert set(data["epoch"]) == {1, 2, 3}
    frozen = data.query("not requires_grad")
    assert set(zip(frozen["layer"], frozen["epoch"], strict=True)) == {("fc2", 1), ("fc2", 2)}
    assert control(at, "schedule").value == "fc2:1-2"


def test_no_network_at_all_is_answered_with_a_sentence():
    at = page(**SMALL)
    control(at, "conditions").set_value([]).run()
    assert not at.exception and "1 to 6" in at.error[0].value


# ---------------------------------------------------------------- the loop


def test_the_loop_shows_both_codes_and_what_they_did(shown):
    at = page(view="The loop")
    codes = [c.value for c in at.code]
    assert any(code.count("else:") == 1 and "        else:\n" in code for code in codes)
    assert any(code.count("else:") == 1 and "\nelse:\n" in code for code in codes)
    assert shown["loop-as-in-the-notes"].data["requires_grad"].all()
    assert not shown["loop-as-meant"].data["requires_grad"].all()
    assert set(shown["leftover-gradients"].data["gradient"]) == {"None", "zeros"}
    assert "of 80 times (parameters times epochs), requires_grad is False 0 times" in words(at)


def test_the_loop_is_read_before_it_is_judged():
    at = page(reveal="false", view="The loop")
    assert any("p.requires_grad = False" in c.value for c in at.code)
    assert not at.get("vega_lite_chart")
    at.radio(key="freezing_prediction").set_value("In no epoch")
    at.button(key="commit").click().run()
    assert "You said" in well_judged(at)


def well_judged(at: AppTest) -> str:
    assert not at.exception
    return " ".join(s.value for s in at.success)


# ---------------------------------------------------------------- transfer


@pytest.mark.parametrize("task", ["new digits", "inverted images"])
def test_transfer_three_conditions_by_labelled_examples(task, shown):
    at = page(**FEW, transfer_task=task)
    data = shown["transfer"].data
    assert set(data["condition"]) == {"frozen features", "full fine-tuning", "from scratch"}
    assert set(data["n_labelled"]) == {1, 5} and len(data) == 3 * 2 * 2
    assert set(shown["transfer-advantage"].data["condition"]) == {
        "frozen features",
        "full fine-tuning",
    }
    assert set(shown["transfer-learning"].data["n_labelled"]) == {5}
    assert "The pretrained networks know their old task" in words(at)
    well(control(at, "examples").set_value(1).run())
    assert set(shown["transfer-learning"].data["n_labelled"]) == {1}


def test_transfer_has_settings_of_its_own(shown):
    at = page(**FEW)
    assert control(at, "transfer_epochs").value == 3
    at = well(control(at, "view").set_value("Schedules").run())
    assert control(at, "epochs").value == 12
    at = press(well(control(at, "view").set_value("Transfer").run()), "Light and dark swapped")
    assert control(at, "transfer_task").value == "inverted images"
    assert control(at, "transfer_layers").value == 1
    assert control(at, "view").value == "Transfer"
