"""What runs of part 8 show, in words: sentences whose every number comes from the frames."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from . import grammar
from .words import listed, number, percent, scientific, span

LAST = 3  # epochs averaged for an accuracy, since single epochs jump
NAMES = {"none": "baseline", "L2": "L2", "L1": "L1"}
"""What a chart calls a regularisation; the baseline has its colour on every page."""


@dataclass(frozen=True)
class Movement:
    """When the weights move. peak: epoch of the longest step (mean over layers and networks; None where nothing moves);
    longest, last: that step and the last one; layer, share: the layer that changes most relative to its own size, and
    by how much, in the epoch of its largest change; steady: the longest step is less than 1.5 times the shortest."""

    peak: int | None
    longest: float
    last: float
    layer: str
    share: float
    steady: bool


def movement(layers: pd.DataFrame) -> Movement:
    """What the distances of all networks say together; diverged networks are left out."""
    data = layers[(layers["epoch"] > 0) & ~broken(layers)]
    moved = grammar.finite(data, "distance").groupby("epoch")["distance"].mean()
    if moved.empty or moved.max() == 0:
        return Movement(None, 0.0, 0.0, "", 0.0, True)
    relative = grammar.finite(data, "relative_distance").groupby(["layer", "epoch"])["relative_distance"].mean()
    layer = str(relative.idxmax()[0]) if len(relative) else ""
    return Movement(
        int(moved.idxmax()), float(moved.max()), float(moved.iloc[-1]), layer,
        float(relative.max()) if len(relative) else math.nan, bool(moved.max() < 1.5 * moved.min()),
    )  # fmt: skip


def sentences(layers: pd.DataFrame, correlation: pd.DataFrame) -> list[str]:
    """What a run shows about movement, in words."""
    found = movement(layers)
    lost = layers.loc[broken(layers), "seed"].nunique()
    said = [f"{lost} of {n_networks(layers)} networks diverged: their weights stopped being numbers."] if lost else []
    if found.peak is None:
        return [*said, "No weight ever moved, so there is nothing to compare with the accuracy."]
    said.append(
        f"The weights moved farthest in epoch {found.peak}: by {found.longest:.2g} per layer on average. In the last epoch "
        f"they moved by {found.last:.2g}."
    )
    if found.layer:
        said.append(f"Relative to its own size, {found.layer} changed most: by {found.share:.0%} within one epoch.")
    return said + _r_sentences(correlation)


def _r_sentences(correlation: pd.DataFrame) -> list[str]:
    both = correlation.pivot(index="seed", columns="first_epoch", values="r")
    known = correlation[(correlation["first_epoch"] == 1) & correlation["r"].notna()]
    if known.empty:
        return ["Too few epochs, or too little change, for a correlation with the accuracy."]
    clear = int((known["p"] < 0.05).sum())
    said = [
        f"Weight change and accuracy gain correlate with r = {span(known['r'], '.2f')}. In {clear} of "
        f"{len(known)} networks, so high an r would come by chance in less than 5 % of cases (p < 0.05), if epochs were "
        "independent. Neighbouring epochs resemble each other, so these p are too optimistic."
    ]
    if both[2].notna().any():
        said.append(f"Without the first epoch, r = {span(both[2].dropna(), '.2f')}.")
    return said


def kappa_sentences(layers: pd.DataFrame, starts: pd.DataFrame) -> list[str]:
    """What a run and the untrained networks show about kappa, in words."""
    before, after = medians(layers, 0), medians(layers, int(layers["epoch"].max()))
    factor, off = rescaled(starts)
    lost = layers.loc[broken(layers), "seed"].nunique()
    said = [f"{lost} of {n_networks(layers)} networks diverged; they have no κ and are left out."] if lost else []
    said.append(f"Median κ before training: {numbers(before)}.")
    if len(after):
        said.append(f"After the last epoch: {numbers(after)}.")
    return [
        *said,
        f"Neither Xavier nor Kaiming can change κ: the same random numbers, {factor:.0f} times as large, give the same κ: "
        f"half of all κ change by less than {scientific(off)} of their value, by rounding.",
    ]


def hidden(layers: pd.DataFrame, end: float) -> str:
    """The layers whose median kappa lies beyond `end` before or after training, in words."""
    beyond = pd.concat([medians(layers, 0), medians(layers, int(layers["epoch"].max()))]) > end
    names = list(dict.fromkeys(beyond.index[beyond]))
    return listed(names) if names else "no layer"


def regularised_sentences(curves: pd.DataFrame, final: pd.DataFrame) -> list[str]:
    """What no regularisation, L2 and L1 did to accuracy and weights, in words."""
    end = ends(curves)
    shares = final.groupby("regularisation", sort=False)["share_near_zero"].median()
    untrained = curves[(curves["epoch"] == 0) & (curves["split"] == "test")]["accuracy"].mean()
    said = [
        f"{what}: {percent(end['train'][name], 1)} on the training set, {percent(end['test'][name], 1)} on the test set; "
        f"{percent(shares[name])} of the weights nearer to 0 than 0.01."
        for name, what in (("none", "Without regularisation"), ("L2", "With L2"), ("L1", "With L1"))
    ]
    if l1_outcome(curves) == 3:
        said.append(
            f"L1 has killed these networks: untrained ones are right in {untrained:.0%} of the cases, these no more often. "
            "The pull towards zero was stronger than what the data had to say against it."
        )
    return said


def exact_zeros(final: pd.DataFrame) -> str:
    """How many weights L1 set to exactly 0: half a sentence."""
    share = final[final["regularisation"] == "L1"]["share_zero"].median()
    words = f"here, {percent(share, 1)} of the weights are exactly 0"
    return words + (": each step pushes a small weight across zero, to and fro." if share < 0.01 else ".")


def l1_outcome(curves: pd.DataFrame) -> int:
    """0: L1 made the test accuracy better, 1: about as good (2 points), 2: worse, 3: no better than untrained."""
    end, untrained = ends(curves), curves[(curves["epoch"] == 0)]["accuracy"].mean()
    if not end["train"]["L1"] >= untrained + 0.05:  # so that "no number" counts as the worst, too
        return 3
    gain = end["test"]["L1"] - end["test"]["none"]
    return 1 if abs(gain) <= 0.02 else 0 if gain > 0 else 2


def rescaled(starts: pd.DataFrame) -> tuple[float, float]:
    """Kaiming against std 0.01, the same random numbers: by which factor the std grows, and how much of kappa changes.

    Medians over layers and seeds, of the factor and of the relative change (the rounding of W, which kappa magnifies).
    """
    std, kappa = (starts.pivot_table(c, ["seed", "layer"], "init") for c in ("std", "condition_number"))
    factor = (std["kaiming_normal"] / std["normal"]).median()
    return float(factor), float((kappa["kaiming_normal"] / kappa["normal"] - 1).abs().median())


def verdict(curves: pd.DataFrame, final: pd.DataFrame) -> str:
    """Whether kappa went with sparsity and with overfitting in these runs: one or two sentences."""
    end = ends(curves)
    gap = end["train"] - end["test"]
    by_layer = final.groupby(["layer", "regularisation"], sort=False)["condition_number"].median().unstack()
    shares = final.groupby("regularisation", sort=False)["share_near_zero"].median()
    lower = by_layer.index[by_layer["L1"] < by_layer["none"]]
    higher = by_layer.index[by_layer["L2"] > by_layer["none"]]
    words = f"L1 puts {percent(shares['L1'])} of the weights near zero ({percent(shares['none'])} without), "
    words += f"yet κ is lower in {listed(lower)}. " if len(lower) else (
        "and here κ is higher in every layer; under *Shape*, the identity matrix shows that it need not be. "
    )  # fmt: skip
    if len(higher):
        words += (
            f"L2 raises κ in {listed(higher)}, while its lead of training over test accuracy is {percent(gap['L2'], 1)} "
            f"({percent(gap['none'], 1)} without) and it fits the training set {_compare(end['train'])}."
        )
    return words


def _compare(train: pd.Series) -> str:
    return "less closely" if train["L2"] < train["none"] else "no less closely"


def ends(curves: pd.DataFrame) -> pd.DataFrame:
    """Mean accuracy of the last three epochs: index regularisation, columns train and test."""
    last = curves[(curves["epoch"] > curves["epoch"].max() - LAST) & ~curves["diverged"]]
    return last.pivot_table("accuracy", "regularisation", "split").reindex(list(NAMES))


def medians(layers: pd.DataFrame, epoch: int) -> pd.Series:
    """Median condition number of each layer after an epoch, diverged networks left out; index layer, in order."""
    rows = layers[(layers["epoch"] == epoch) & ~broken(layers)]
    return rows.groupby("layer", sort=False)["condition_number"].median()


def numbers(values: pd.Series) -> str:
    """"input 777, fc1 12, ...": condition numbers by name."""
    return ", ".join(f"{name} {number(value)}" for name, value in values.items())


def broken(layers: pd.DataFrame) -> pd.Series:
    """Rows of networks whose weights are no longer numbers."""
    return ~layers["std"].abs().lt(math.inf)


def n_networks(frame: pd.DataFrame) -> int:
    return frame["seed"].nunique()
