"""The facts and sentences of every weight's fate against its frames, by another way."""

import math
import re

import numpy as np

from weightkit.lessons.weight_changes import fate

LAYERS = ("input", "fc1", "fc2", "output")


def near(one, other):
    return one == other or (math.isnan(one) and math.isnan(other)) or abs(one - other) < 1e-9


def check(config, result, story):
    f, found = story.facts, []
    looks = tuple(fate.charts.before_after(result, layer) for layer in fate.LOOKS)
    shares = result.shares.set_index(["layer", "seed", "outcome"])["share"]
    networks = sorted(result.shares["seed"].unique())
    if f.lost != config.n_seeds - len(networks):
        found.append("another number has diverged")
    if not networks:
        return [*found, *looks, *(["a verdict of nothing"] if story.verdict.truth else [])]
    for layer in (f.all, *f.layers):
        rows = [[shares[layer.name, s, o] for o in fate.outcomes.OUTCOMES] for s in networks]
        table = np.array(rows)
        if abs(table.sum(1) - 1).max() > 1e-9:
            found.append(f"the outcomes of {layer.name} are not all weights")
        first, second, third, fourth, fifth = table.mean(0)
        means = first + second, third + fourth, second + third, fifth
        if not all(map(near, means, (layer.grew, layer.shrank, layer.turned, layer.same))):
            found.append(f"{layer.name} grew {means[0]}, the facts say {layer.grew}")
        grew = table[:, :2].sum(1)
        if not (near(grew.min(), layer.lowest) and near(grew.max(), layer.highest)):
            found.append(f"another range of {layer.name}")
        here = result.quantiles[result.quantiles["layer"] == layer.name]
        middle = [np.median(here[here["quantile"] == q]["change"]) for q in (0.1, 0.5, 0.9, 0.99)]
        if not all(map(near, middle, layer.change)) or middle != sorted(middle):
            found.append(f"other changes of {layer.name}")
    if not near(story.verdict.truth, 100 * f.all.grew if f.all.same < 1 else 0.0):
        found.append("the verdict is another share")
    return found + superlatives(f, story) + [*looks]


def superlatives(f, story):
    """Layers that are called first and last are."""
    title, found = story["outcomes"].title, []
    said = re.match(
        r"Most often a weight grew in (.+) \((.+) of them\), least often in (.+) \(", title
    )
    if said:
        for names, pick in ((said[1], max), (said[3], min)):
            end = pick(layer.grew for layer in f.layers)
            for name in re.findall("|".join(LAYERS), names):
                grew = next(layer.grew for layer in f.layers if layer.name == name)
                if abs(grew - end) > 0.0101:
                    found.append(f"{name} is neither first nor last: {title}")
    return found
