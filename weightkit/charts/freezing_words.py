"""What the freezing page says in sentences: every number is taken from the frames (part 7)."""

from __future__ import annotations

import pandas as pd

from . import grammar
from .freezing import HALF, NOTHING, ends
from .freezing_transfer import FROZEN, SCRATCH, TUNED, last, verdicts
from .words import plural, points, span

BIASES, WEIGHTS, FC1, OWN = "only biases learn", "only weights learn", "fc1 frozen", "own schedule"


def schedules(curves: pd.DataFrame, movement: pd.DataFrame, status: pd.DataFrame, half: int) -> list[str]:
    """What a run of schedules shows."""
    end, n = ends(curves), curves["seed"].nunique()
    found = [_frozen(movement, status)]
    if HALF in end and 0 < half < curves["epoch"].max():
        before, after = ends(curves, half)[HALF], ends(curves, half + 1)[HALF]
        found.append(
            f"With only the output layer learning, on top of random features, {before:.0%} after {half} epochs; one epoch "
            f"after the other layers were switched on, {after:.0%}."
        )
    if NOTHING in end:
        for name, words in ((WEIGHTS, "Biases frozen"), (BIASES, "Weights frozen"), (FC1, "fc1 frozen"), (OWN, "Own schedule")):
            if name in end:
                found.append(f"{words}: {end[name]:.1%} at the end, {points(end[name] - end[NOTHING])} nothing frozen.")
    lost = curves[curves["diverged"]].groupby("condition", sort=False)["seed"].nunique()
    found += [f"“{name}”: {count} of {n} networks diverged." for name, count in lost.items()]
    return found


def _frozen(movement: pd.DataFrame, status: pd.DataFrame) -> str:
    keys = ["condition", "epoch", "layer", "parameter"]
    both = movement.merge(status, on=keys)
    off = both[~both["requires_grad"]]["distance"]
    if off.empty:
        return "Nothing was frozen in this run."
    return f"{len(off):,} times a parameter was frozen for an epoch; the farthest that any of them moved is {off.max():g}."



def through(movement: pd.DataFrame) -> str | None:
    """That the gradient flows through a frozen layer, from "fc1 frozen"; None where that condition is not there."""
    mine = grammar.finite(movement[movement["condition"] == FC1], "distance")
    sums = mine[mine["parameter"] == "weight"].groupby(["seed", "layer"])["distance"].sum().groupby("layer").mean()
    if not {"input", "fc1"} <= set(sums.index):
        return None
    return (
        "“Freezing switches off gradient descent in that layer” is right, and yet the gradient still flows *through* the "
        f"frozen layer to those before it: with fc1 frozen, its weights travelled {sums['fc1']:g} in all, those of the "
        f"input layer behind it {sums['input']:.1f} (the sum of all epochs' distances)."
    )


def undisturbed(curves: pd.DataFrame, half: int) -> str | None:
    """What the notes' figure must look like if their loop freezes nothing; None without both conditions."""
    if not {NOTHING, HALF} <= set(curves["condition"]) or not half:
        return None
    free, held = ends(curves, half)[NOTHING], ends(curves, half)[HALF]
    return (
        f"The notes' loop freezes nothing (see *The loop*), so their figure shows a network that learns freely: at "
        f"half-time that is {free:.0%} here, where really freezing gives {held:.0%}."
    )


def loops(frame: pd.DataFrame, left: pd.DataFrame) -> list[str]:
    """What the two loops and the leftover gradients did."""
    found = []
    for name, mine in frame.groupby("loop", sort=False):
        on, off = mine[mine["requires_grad"]], mine[~mine["requires_grad"]]
        moved = f"the shortest step of one that could learn is {on['distance'].min():.2g}"
        still = f", the longest of a frozen one {off['distance'].max():g}" if len(off) else ""
        found.append(f"The loop {name}: requires_grad is False {len(off)} of {len(mine)} times; {moved}{still}.")
    drift = left[left["frozen"]].groupby(["gradient", "optimizer"], sort=False)["distance"].sum()
    words = ", ".join(f"{value:.2g} under {name}" for name, value in drift["zeros"].items())
    found.append(
        f"Frozen for {left.loc[left['frozen'], 'epoch'].nunique()} epochs in mid-run, fc1's weights moved by "
        f"{drift['None'].max():g} in all where gradients are cleared to None, whatever the optimiser. Cleared to zeros: {words}."
    )
    return found


def best_at(curves: pd.DataFrame, n_labelled: int) -> tuple[str, str]:
    """(the condition with the highest mean test accuracy at n_labelled, all means in words)."""
    rows = grammar.finite(last(curves), "accuracy")
    means = rows[rows["n_labelled"] == n_labelled].groupby("condition", sort=False)["accuracy"].mean()
    return str(means.idxmax()), ", ".join(f"{name} {value:.0%}" for name, value in means.items())


def transfers(curves: pd.DataFrame, pretraining: pd.DataFrame) -> list[str]:
    """What a transfer run shows."""
    known = pretraining[(pretraining["epoch"] == pretraining["epoch"].max()) & (pretraining["split"] == "test")]
    found = [
        f"The pretrained networks know their old task: {span(known['accuracy'])} of its "
        "test images."
    ]
    table = verdicts(curves)
    for name in (FROZEN, TUNED):
        mine = table[table["condition"] == name]
        gains = ", ".join(f"{100 * row['mean']:+.0f} at {row['n_labelled']}" for _, row in mine.iterrows())
        found.append(f"{name.capitalize()} against from scratch, in points by examples per class: {gains}.")
    seeds = last(curves)["seed"].nunique()
    spread = last(curves)[last(curves)["condition"] == SCRATCH].groupby("n_labelled")["accuracy"].agg(lambda a: a.max() - a.min())
    if seeds > 1:
        few = int(spread.index.min())
        found.append(
            f"With {plural(few, 'example')} per class, which ones get a label matters: from scratch, the luckiest "
            f"of {seeds} choices ended {100 * spread[few]:.0f} points above the unluckiest."
        )
    return found


def about_transfer(curves: pd.DataFrame, task: str) -> list[str]:
    """Where the notes' one sentence on transfer learning needs company."""
    table = verdicts(curves)
    better, worse = (table[table["verdict"] == verdict] for verdict in ("better", "worse"))
    pays = (
        f"Here it clearly paid in {len(better)} of {len(table)} comparisons with from scratch, and clearly cost in {len(worse)} "
        "(95 % intervals over the seeds that leave out zero)."
    )
    why = (
        "These networks are tiny and have seen five kinds of digits; what their features leave out, the new digits need. "
        "Networks that people download were trained on far more kinds of images."
        if task == "new digits"
        else "The strokes are the same, only light and dark have changed places. The fewer layers are taken over and frozen, "
        "the more are left to follow the change: try one, two and three."
    )
    return [
        "“The network is already trained, but you need to fine-tune it” takes for granted that what it knows helps. " + pays,
        why,
        "Freezing is one way among two: fine-tuning lets every layer move on from where pretraining left it.",
    ]
