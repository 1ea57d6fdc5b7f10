"""The facts of two inputs against the frames, by another way."""

import math
import re

import numpy as np


def check(config, result, story):
    f, found = story.facts, []
    last = result.layers[result.layers["layer"] == config.depth]
    test = result.final[result.final["split"] == "test"]
    share = result.chance.set_index("split")["share"]["test"]
    for one in f.scales:
        rows, after = last[last["scale"] == one.scale], test[test["scale"] == one.scale]
        size, spread = np.mean(rows["rms"]), np.mean(rows["spread"])
        if np.isfinite(size) and (abs(size - one.rms) > 1e-9 * size or one.spread != spread):
            found.append(f"another size at {one.scale}")
        told = bool(np.isfinite(size) and all(rows["rms"] > 0) and spread >= 0.01 * size)
        if told != (one.kind == "apart"):
            found.append(f"{one.kind} at {one.scale}, size {size}, spread {spread}")
        if (one.kind == "overflow") != bool(np.isinf(rows["rms"]).any()):
            found.append(f"{one.kind} at {one.scale}, sizes {rows['rms'].tolist()}")
        mean = np.nanmean(after["accuracy"]) if after["accuracy"].notna().any() else math.nan
        if one.learned != bool(mean > share + (1 - share) / 2):
            found.append(f"learned {one.learned} at {one.scale} with {mean}")
        if one.diverged != sum(map(bool, after["diverged"])):
            found.append(f"another number has diverged at {one.scale}")
    if f.best and any(o.accuracy > f.best.accuracy for o in f.scales):
        found.append("the best is not the best")
    many = sum(one.kind == "apart" for one in f.scales)
    if story.verdict.truth in ("With all", "Yes") and many < len(f.scales):
        found.append(f"{story.verdict.truth}, and it was {many}")
    if story.verdict.truth in ("With none", "No") and many:
        found.append(f"{story.verdict.truth}, and it was {many}")
    for kind in ("size-by-layer", "spread-by-layer"):
        if re.search(r"of ([^ ]+) to \1$", story[kind].title):
            found.append(f"from X to X: {story[kind].title}")
    return found
