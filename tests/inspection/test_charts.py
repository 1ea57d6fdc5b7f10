"""Figures of any network: a title from the facts, the most telling parameters, all of it visible
(conftest), and exported as any other figure.
"""

import html
import math
import re

import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_networks import Transformer, batch, drawn, resnet

from weightkit import inspect
from weightkit.charts import export
from weightkit.inspection import charts
from weightkit.inspection.charts import rows
from weightkit.inspection.charts.rows import LETTERS, MOST, short
from weightkit.inspection.findings import FAR

FILLS = {
    "drawn": lambda w, g: w.normal_(0, 0.1, generator=g),
    "huge": lambda w, g: w.normal_(0, 1e30, generator=g),
    "tiny": lambda w, g: w.normal_(0, 1e-30, generator=g),
    "zero": lambda w, g: w.zero_(),
    "equal": lambda w, g: w.fill_(0.1),
    "sparse": lambda w, g: w.normal_(generator=g).mul_(torch.rand(w.shape, generator=g) > 0.7),
    "rows": lambda w, g: w.normal_(generator=g).copy_(w[:1].clone() if w.ndim else w),
    "broken": lambda w, g: w.fill_(math.nan),
}
SHAPES = [(8, 9), (3, 40), (1, 1), (70, 1), (4, 3, 3, 3), (5,), (), (0, 4)]
tensors = st.lists(
    st.tuples(
        st.sampled_from(["fc.weight", "a.b.c.weight", "emb.weight", "bias", "<b>", "x" * 60, "."]),
        st.sampled_from(SHAPES),
        st.sampled_from(sorted(FILLS)),
    ),
    max_size=14,
)


def made(plan, seed=0):
    g = torch.Generator().manual_seed(seed)
    return {
        f"{i}.{name}": FILLS[how](torch.empty(shape), g)
        for i, (name, shape, how) in enumerate(plan)
    }


def titled(figure, said):
    assert said in figure.title, (figure.title, said)


@given(tensors, tensors, st.integers(0, 3))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_figures_of_any_tensors_tell_what_is_in_the_frames(plan, other, seed):
    first, second = inspect(made(plan)), inspect(made([*plan[:4], *other], seed))
    for found in (first, second):
        p, by_name = found.parameters, {f.name: f for f in found.figures}
        for figure in found.figures:
            assert figure.data["parameter"].nunique() <= MOST
        if (figure := by_name.get("std-by-parameter")) is not None:
            off = [*found.facts.large, *found.facts.small]
            shown, flat = set(figure.data["parameter"]), set(found.facts.constant)
            if len(shown) < MOST:
                assert {name for name, *_ in off} <= shown
            elif off and not shown & flat:
                assert max(off, key=lambda row: abs(math.log(row[2])))[0] in shown
            assert ("usual std" in figure.title) == (not off and not shown & flat)
            assert set(figure.data[figure.data["times"].isna()]["parameter"]) <= flat
        matrices = p[(p["rank"] >= 0) & (p["full_rank"] > 1)]
        assert ("condition-numbers" in by_name) == (len(matrices) > 0)
        if len(matrices):
            below = int((matrices["rank"] < matrices["full_rank"]).sum())
            titled(
                by_name["condition-numbers"],
                f"{below} of {len(matrices)} matri" if below else "Every rank is full",
            )
        some = p[
            (p["rows"] > 0)
            & ((p["share_zero"] > 0) | (p["distinct_rows"].between(0, p["rows"] - 1)))
        ]
        assert ("zeros-and-rows" in by_name) == (len(some) > 0)
    apart = first.compare(second)
    for figure in apart.figures:
        titled(figure, short(apart.facts.furthest[0]))
        assert apart.facts.furthest[0] in set(figure.data["parameter"])
        assert bool(apart.facts.frozen) == ("frozen; the" in figure.title)
    if apart.facts.furthest is None:
        assert not apart.figures


def test_of_two_hundred_parameters_the_most_telling_are_drawn_and_it_is_said():
    g = torch.Generator().manual_seed(0)
    path = "model.encoder.layers.{}.self_attn.{}_proj.weight"
    scales = {path.format(i, k): 0.18 for i in range(50) for k in "qkvo"}
    scales |= {path.format(7, "q"): 9.0, path.format(44, "o"): 1e-4}
    tensors = {n: torch.randn(16, 16, generator=g) * s for n, s in scales.items()}
    found = inspect(tensors)
    figure = found.figures[0]
    assert {path.format(7, "q"), path.format(44, "o")} <= set(figure.data["parameter"])
    assert "The 12 furthest from every scheme, of 200." in figure.subtitle
    assert figure.title.startswith(
        "2 of 200 weights are far off: the std of " + path.format(44, "o")
    )
    names = figure.drawing()["datasets"]
    labels = {n for frame in names.values() if "name" in frame for n in frame["name"]}
    assert len(labels) == MOST and all(len(n) <= LETTERS + 4 for n in labels)
    assert {"7.self_attn.q_proj", "44.self_attn.o_proj"} <= labels, "what all have is left out"
    other = inspect({"head": torch.randn(16, 16, generator=g) * 9, **tensors}).figures[0]
    names = other.drawing()["datasets"]
    labels = {n for frame in names.values() if "name" in frame for n in frame["name"]}
    assert "head" in labels and any(re.fullmatch(r"m.e.l.44.s.o_proj.weight", n) for n in labels)


def test_two_networks_beside_each_other_have_one_axis():
    """Else a std that is three times too large looks as far off as one that is a hundred times."""
    g = torch.Generator().manual_seed(0)
    near, far = (
        inspect({f"{i}.weight": torch.randn(16, 16, generator=g) * s for i, s in enumerate(stds)})
        for stds in ((0.2, 0.25), (40.0, 0.001))
    )
    both = [end for seen in (near, far) for end in charts.reach(seen.parameters, seen.facts)]
    domains = [
        charts.figures(seen.parameters, seen.signals, seen.facts, also=also)[0].chart.to_dict()
        ["layer"][0]["encoding"]["x"]["scale"]["domain"]
        for seen in (near, far) for also in ((), both)
    ]  # fmt: skip
    assert domains[1] == domains[3] == domains[2] != domains[0]
    assert charts.reach(*(lambda s: (s.parameters, s.facts))(inspect({"a": torch.ones(9)}))) == ()


def test_a_cross_that_has_no_place_on_the_axis_says_what_it_is():
    tensors = {"a.weight": torch.full((8, 9), 0.1), "b.weight": torch.randn(8, 9) * 0.2}
    drawing = inspect(tensors).figures[0].drawing()
    words = {
        w for frame in drawing["datasets"].values() if "words" in frame for w in frame["words"]
    }
    assert words == {"all equal"}


def test_an_axis_of_one_power_of_ten_has_ticks_within():
    ticks = rows.log_axis("d", pd.Series([0.72, 0.91]), "", ())["axis"].values
    assert ticks == pytest.approx([0.1, 0.2, 0.5, 1.0])
    ticks = rows.log_axis("d", pd.Series([0.02, 0.91]), "", ())["axis"].values
    assert ticks == pytest.approx([0.01, 0.1, 1.0])


@pytest.mark.parametrize("n", [LETTERS - 1, LETTERS, 400])
def test_a_long_name_keeps_its_end(n):
    name = "".join(chr(97 + i % 26) for i in range(n))
    brief = short(name, LETTERS)
    assert len(brief) <= LETTERS and brief[-8:] == name[-8:] and brief[:4] == name[:4]


def test_the_signal_is_drawn_by_layer_and_the_finding_is_the_title():
    tokens = torch.arange(12).reshape(3, 4)
    assert [f.name for f in inspect(Transformer(), tokens).figures][-1] == "signal-by-layer"
    found = inspect(drawn(resnet()), batch(8, 3, 12, 12))
    figure = found.figures[-1]
    assert figure.title.startswith("The gradient fades") and figure.title + "." in found.shows
    drawn_ = figure.data[figure.data["series"] == "signal, forward"]["std"]
    assert drawn_.tolist() == found.signals["signal_std"].tolist()
    assert "left out" not in figure.subtitle
    assert not inspect(torch.nn.Linear(3, 2), batch(4, 3)).figures[-1].name.startswith("signal")


def test_figures_are_exported_as_any_other():
    net = drawn(resnet())
    one = inspect(net)
    with torch.no_grad():
        net[6].weight.mul_(1.0 + FAR)
    figures = [one.figures[0], *one.compare(inspect(net)).figures]
    assert len(figures) == 2
    for svg, figure in zip(export.svgs(figures), figures, strict=True):
        assert html.escape(figure.alt) in svg and "6.weight" in svg
