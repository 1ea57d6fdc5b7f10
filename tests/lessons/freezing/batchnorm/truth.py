"""The facts and sentences of a frozen BatchNorm against its frames, by another way."""

import math

import numpy as np

from weightkit.lessons.freezing.batchnorm.config import BLOCK, CASES, OUTPUTS, STATISTICS

PARTS = {"weights and biases": BLOCK, "running statistics": STATISTICS, "outputs": (OUTPUTS,)}
ANSWERS = {
    (True, True): "Either of them alone",
    (True, False): "requires_grad = False for its parameters",
    (False, True): "eval() for the two layers",
}


def check(config, result, story):
    f, found, stands = story.facts, [], {}
    rows = result.movement
    gone = {row.seed for row in rows.itertuples() if not math.isfinite(row.size)}
    if f.gone != len(gone):
        found.append("another number was gone before the freezing")
    if len(gone) == config.n_seeds:
        return found + (["something is shown of nothing"] if len(story.shows) > 1 else [])
    rows = rows[~rows["seed"].isin(gone)]
    for case in f.cases:
        mine = rows[rows["case"] == case.name]
        for group, parts in PARTS.items():
            some = mine[mine["part"].isin(parts)]
            stands[case.name, group] = still = bool((some["distance"].to_numpy() == 0).all())
            if case.exact[group] != still:
                found.append(f"{case.name}: {group} stood still: {still}")
            last = some[some["epoch"] == config.epochs]
            by_seed = [
                math.hypot(*one["distance"]) / (math.hypot(*one["size"]) or math.nan)
                for _, one in last.groupby("seed")
            ]
            known = [x for x in by_seed if math.isfinite(x)]
            mean = np.mean(known) if known else math.nan
            same = math.isclose(mean, case.moved[group], rel_tol=1e-6)
            unknown = math.isnan(mean) and math.isnan(case.moved[group])
            if not (still or same or unknown):
                found.append(f"{case.name}: {group} moved by {mean}, not {case.moved[group]}")
    whole = {case: all(stands[case, group] for group in PARTS) for case in CASES}
    together = "Only the two together" if whole["both"] else "Not even the two together"
    alone = whole["requires_grad = False"], whole["eval()"]
    if story.verdict.truth != ANSWERS.get(alone, together):
        found.append(f"another answer than {story.verdict.truth}")
    text = " ".join(story.shows)
    if ("stays exactly where it was" in text) and not stands[CASES[5], "weights and biases"]:
        found.append("under a new optimizer something moved")
    if ("nothing moves here either" in text) != stands[CASES[4], "weights and biases"]:
        found.append("zeros moved something, or did not")
    return found + accuracies(config, result, story)


def accuracies(config, result, story):
    rows = result.curves[result.curves["split"] == "test"]
    lost = rows.groupby(["case", "seed"])["diverged"].any()
    last = rows[rows["epoch"] == config.epochs].set_index(["case", "seed"])["accuracy"]
    found = []
    for case in story.facts.cases:
        alive = [last[case.name, s] for s in last[case.name].index if not lost[case.name, s]]
        mean = np.mean(alive) if alive else math.nan
        same = math.isclose(mean, case.accuracy, abs_tol=1e-9)
        if not same and not (math.isnan(mean) and math.isnan(case.accuracy)):
            found.append(f"{case.name} ends at {mean}, not {case.accuracy}")
    return found
