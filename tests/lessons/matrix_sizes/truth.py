"""What the pages on sizes tell, against their frames, by another way."""

import re
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from weightkit.lessons.matrix_sizes import Config
from weightkit.lessons.matrix_sizes.config import MOST_LAYERS
from weightkit.lessons.matrix_sizes.network import charts

NO_IMAGES = True
NUMBER = re.compile(r"[-−+]?\d+\.\d+")
UNITS = st.one_of(st.integers(1, 3), st.integers(1, 24))
PAIRS = st.lists(st.tuples(UNITS, UNITS), min_size=1, max_size=MOST_LAYERS).map(tuple)


@st.composite
def networks(draw):
    sizes = tuple(draw(st.lists(UNITS, min_size=2, max_size=MOST_LAYERS + 1)))
    layer = draw(st.integers(1, len(sizes) - 1))
    return Config(
        sizes=sizes,
        layer=layer,
        unit=draw(st.integers(1, sizes[layer])),
        activation=draw(st.sampled_from(["linear", "relu"])),
        n_samples=draw(st.integers(1, 4)),
        seed=draw(st.integers(0, 99)),
    )


DRAWN = {
    "network": networks(),
    "broken_chain": st.builds(
        Config, chain=PAIRS, n_samples=st.integers(1, 4), n_features=UNITS, seed=st.integers(0, 99)
    ),
}


def check_network(config, result, story):
    figures = [
        draw(result, config.layer, config.unit) for draw in (charts.network, charts.matrices)
    ]
    f, layer = story.facts, result.shapes.iloc[config.layer - 1]
    pairs = list(zip(config.sizes, config.sizes[1:], strict=False))
    assert f.weights == sum(a * b for a, b in pairs) and f.biases == sum(config.sizes[1:])
    assert f.matrices == tuple(f"({b}, {a})" for a, b in pairs)
    assert (f.unit.layer, f.unit.fan_in) == (layer["layer"], layer["fan_in"])
    total = result.unit["product"].sum() + result.output["bias"].item()
    hidden = config.activation == "relu" and config.layer < len(pairs)
    assert f.unit.output == pytest.approx(max(total, 0.0) if hidden else total, abs=1e-9)
    assert f.unit.through == (hidden and total < -1e-9)
    assert (f.unit.source is None) == (config.layer == 1)
    w = result.values[result.values["layer"] == layer["layer"]]
    row = w[w["row"] == config.unit].sort_values("column")["value"].to_numpy()
    dot = float(row @ result.unit.sort_values("input")["x"].to_numpy())
    assert f.unit.dot_product == pytest.approx(dot, abs=1e-5)
    assert f.unit.bias == result.output["bias"].item() and f.unit.number == config.unit
    assert f.unit.measured == pytest.approx(f.unit.output, abs=1e-5)
    assert f.sizes == config.sizes
    shapes = [f"({config.n_samples}, {n})" for n in config.sizes]
    assert [shape for _, shape in f.flow] == shapes
    assert [name for name, _ in f.flow][1:] == result.shapes["layer"].tolist()
    assert ("are drawn strong" in figures[0].subtitle) == (config.unit <= charts.MOST_NODES)
    title = story["one-unit"].title
    assert ("through ReLU" in title) == f.unit.through
    dot, bias, out = (Decimal(n.replace("−", "-")) for n in NUMBER.findall(title))
    error = abs((max(dot + bias, 0) if f.unit.through else dot + bias) - out)
    assert error <= (Decimal("0.0002") if "about" in title else 0)
    return figures


def check_chain(config, result, story):
    f, layers = story.facts, config.chain
    comes = [config.n_features, *(gives for _, gives in layers)]
    bad = [i for i, (expects, _) in enumerate(layers) if expects != comes[i]]
    assert f.n_broken == len(bad)
    assert (f.broken is None) == (f.message is None) == (not bad)
    assert (f.n_samples, f.n_features) == (config.n_samples, config.n_features)
    assert f.leaves == ("" if bad else f"({config.n_samples}, {layers[-1][1]})")
    for way in f.ways:
        given = [config.n_features, *(gives for _, gives in way)]
        assert [expects for expects, _ in way] == given[:-1] and len(way) == len(layers)
    if bad:
        assert f.broken.layer == result.chain["layer"][bad[0]]
        assert f.message == result.error["message"].item()
        expects, receives = layers[bad[0]][0], comes[bad[0]]
        assert (f.broken.place, f.broken.expects, f.broken.receives) == (bad[0], expects, receives)
        assert f"{config.n_samples}x{receives} and {expects}x" in f.message
    assert ("joints do not fit" in story["chain"].title) == (len(bad) > 1)
    assert len(f.ways) == (0 if not bad else 1 if bad == [0] else 2)


CHECKS = {"network": check_network, "broken_chain": check_chain}
