"""What the depth contest and the map of where networks train show, in words made from their frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .words import listed, scheme_name, span

STUCK = 0.03  # a network this near to the share of the commonest class counts as being at chance
STILL = 0.05  # a training loss that changed by less has not moved


# ---------------------------------------------------------------- the depth contest


def final(frame: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """The rows of the last epoch of a split."""
    return frame[(frame["split"] == split) & (frame["epoch"] == frame["epoch"].max())]


def at_chance(accuracy: pd.Series, chance: float) -> bool:
    """Whether every network is no better than a constant answer."""
    return bool(accuracy.max() <= chance + STUCK)



def contest_title(curves: pd.DataFrame, chance: pd.DataFrame) -> str:
    """Who learns at this depth."""
    share = float(chance.set_index("split")["share"]["test"])
    depth = int(curves["depth"].iloc[0])
    ends = {str(init): one["accuracy"] for init, one in final(curves).groupby("init", sort=False)}
    stuck = [init for init, accuracy in ends.items() if at_chance(accuracy, share)]
    learned = [f"{scheme_name(init)} reaches {span(accuracy)}" for init, accuracy in ends.items() if init not in stuck]
    lost = final(curves).groupby("init")["diverged"].all()
    burst = [init for init in stuck if lost[init]]
    stuck = [init for init in stuck if init not in burst]
    parts = [listed(learned)] if learned else []
    if stuck:
        parts.append(f"{listed(map(scheme_name, stuck))} {'stays' if len(stuck) == 1 else 'stay'} at chance")
    if burst:
        parts.append(f"{listed(map(scheme_name, burst))} {'diverges' if len(burst) == 1 else 'diverge'}")
    return f"At depth {depth}, " + "; ".join(parts)


def loss_title(curves: pd.DataFrame, chance: pd.DataFrame) -> str:
    """Whose training loss falls, whose does not move and whose leaves what float32 can hold.

    A loss can fall from a bad start to that of a constant answer: then nothing was learned.
    """
    share = float(chance.set_index("split")["share"]["train"])
    train = curves[curves["split"] == "train"]
    first = train[train["epoch"] == train["epoch"].min()].groupby("init", sort=False)["loss"].median()
    last = final(curves, "train").groupby("init", sort=False)
    ends, lost = last["loss"].median(), last["diverged"].any()
    stuck = {init for init, one in last["accuracy"] if at_chance(one, share)}
    kinds: dict[str, list[str]] = {"fell": [], "settled": [], "still": [], "rose": [], "lost": []}
    for init in first.index:
        change = ends[init] - first[init]
        fell = "settled" if init in stuck else "fell"
        kinds["lost" if lost[init] else "still" if abs(change) < STILL else fell if change < 0 else "rose"].append(scheme_name(str(init)))
    parts = [f"falls with {listed(kinds['fell'])}"] if kinds["fell"] else []
    parts += [f"falls with {listed(kinds['settled'])} only to that of a constant answer"] if kinds["settled"] else []
    parts += [f"rises with {listed(kinds['rose'])}"] if kinds["rose"] else []
    parts += [f"diverges with {listed(kinds['lost'])}"] if kinds["lost"] else []
    if kinds["still"]:
        parts.append(f"does not move with {listed(kinds['still'])}: that is not overfitting, it is not learning at all")
    return "The training loss " + "; it ".join(parts)


def contest_sentences(curves: pd.DataFrame, chance: pd.DataFrame) -> list[str]:
    """Final accuracies by scheme, and what chance is."""
    share = float(chance.set_index("split")["share"]["test"])
    means = final(curves).groupby("init", sort=False)["accuracy"].agg(["mean", "min", "max", "count"])
    said = [
        f"**{scheme_name(str(init))}**: test accuracy {row['mean']:.0%} on average; its {row['count']:.0f} "
        f"network{'s reach' if row['count'] > 1 else ' reaches'} {span((row['min'], row['max']))}."
        for init, row in means.iterrows()
    ]
    lost = final(curves)["diverged"].sum()
    if lost:
        said.append(f"{lost} of {len(final(curves))} networks diverged.")
    return [*said, f"Always naming the commonest class would be right in at most {share:.0%} of the test cases."]


def reach(table: pd.DataFrame, chance: pd.DataFrame, by: str) -> pd.Series:
    """The largest depth at which a row of the map (`by`: init or std) still learns; 0 where it never does.

    Learning: the mean over seeds is more than halfway from chance to 100%.
    """
    share = float(chance.set_index("split")["share"]["test"])
    mean = table.groupby([by, "depth"], sort=False)["accuracy"].mean().reset_index()
    learned = mean[mean["accuracy"] > share + (1 - share) / 2].groupby(by)["depth"].max()
    return learned.reindex(list(dict.fromkeys(table[by])), fill_value=0)


def learners(curves: pd.DataFrame, chance: pd.DataFrame) -> list[str]:
    """The schemes of which at least one network beats a constant answer."""
    share = float(chance.set_index("split")["share"]["test"])
    ends = final(curves).groupby("init", sort=False)["accuracy"]
    return [str(init) for init, accuracy in ends if not at_chance(accuracy, share)]


ANSWERS = ("None", "One", "Two", "Three or more")


def question(config: Any) -> tuple[str, tuple[str, ...]]:
    """What to predict of a contest, and the answers to choose from."""
    return (
        f"Networks of {config.depth} layers are trained to read digits. They differ only in how their first weights were drawn: "
        f"{listed(map(scheme_name, config.inits))}. With how many of these schemes does any network do better than guessing?"
    ), ANSWERS


def verdict(curves: pd.DataFrame, chance: pd.DataFrame) -> tuple[str, str]:
    """How many schemes learned, and which."""
    learned = learners(curves, chance)
    because = f"Better than guessing: {listed(map(scheme_name, learned))}." if learned else "No network does better than guessing."
    return ANSWERS[min(len(learned), 3)], because


def contest_slips(curves: pd.DataFrame, chance: pd.DataFrame, optimizer: str, normalization: str) -> list[str]:
    """What the notes, and the usual advice, say about whether the first weights matter."""
    depth, learned = int(curves["depth"].iloc[0]), learners(curves, chance)
    all_of_them = list(dict.fromkeys(curves["init"]))
    lost = [i for i in all_of_them if i not in learned]
    said = []
    if lost and learned:
        said.append(
            "“Initialisation matters for models with billions of parameters”: it is depth that makes it matter. These networks "
            f"are tiny, and at {depth} layers {listed(map(scheme_name, lost))} learned nothing in the time in which "
            f"{listed(map(scheme_name, learned))} did."
        )
    elif learned:
        said.append(
            f"“Just break symmetry and the model will be fine”: at {depth} layers, trained like this, that holds for every scheme "
            "shown. Try 30 layers and SGD with momentum."
        )
    else:
        said.append(f"At {depth} layers, trained like this, breaking the symmetry is not enough: none of these schemes learns.")
    if optimizer == "adam":
        said.append(
            "Adam divides each gradient by its own size, so even a faint gradient makes full steps. That hides a poor start; it does "
            "not mend it."
        )
    if normalization == "layer":
        said.append(
            "Layer normalisation resets the *size* of the signal in every layer. It cannot bring back what told two inputs apart: "
            "after many ReLU layers all inputs look alike, and at great depth even Kaiming's networks may then learn nothing."
        )
    return said


# ---------------------------------------------------------------- the map


DEPTHS = ("Fewer than 10", "10 to 19", "20 to 39", "40 or more")


def map_question(config: Any) -> tuple[str, tuple[str, ...]]:
    """What to predict of a map, and the answers to choose from."""
    what = "scheme" if config.by == "scheme" else "standard deviation of the weights"
    return (
        f"Networks of {min(config.depths)} to {max(config.depths)} layers are trained, from each {what}. Up to how many layers does the "
        "best of them still learn?"
    ), DEPTHS


def map_verdict(table: pd.DataFrame, chance: pd.DataFrame, by: str) -> tuple[str, str]:
    """How deep the best row reaches, and which it is."""
    deepest = reach(table, chance, "init" if by == "scheme" else "std")
    best = int(deepest.max())
    if not best:
        return DEPTHS[0], "None of them learned at any depth."
    who = [scheme_name(str(v)) if by == "scheme" else f"std {v:g}" for v in deepest[deepest == best].index]
    return DEPTHS[sum(best >= limit for limit in (10, 20, 40))], f"{listed(who)} learned at {best} layers, none at more."


def scheme_title(table: pd.DataFrame, chance: pd.DataFrame) -> str:
    """Down to which depth each scheme learns, the deepest first."""
    deepest = reach(table, chance, "init")
    if not deepest.max():
        return "No scheme learns at any of these depths"
    depths = sorted(set(deepest[deepest > 0]), reverse=True)
    who = [[scheme_name(str(i)) for i, d in deepest.items() if d == depth] for depth in depths]
    first = f"{listed(who[0])} {'learns' if len(who[0]) == 1 else 'learn'} with up to {depths[0]:.0f} layers"
    rest = [f"{listed(group)} up to {depth:.0f}" for group, depth in zip(who[1:], depths[1:], strict=True)]
    never = [scheme_name(str(i)) for i, d in deepest.items() if not d]
    return "; ".join([first, *rest]) + (f"; {listed(never)} with none" if never else "")


def std_title(table: pd.DataFrame, chance: pd.DataFrame) -> str:
    """Which standard deviations learn at the smallest depth, at the largest at which any does, and where none does."""
    share = float(chance.set_index("split")["share"]["test"])
    mean = table.groupby(["depth", "std"])["accuracy"].mean()
    stds = sorted(set(table["std"]))
    good = {depth: [s for s in stds if mean[depth, s] > share + (1 - share) / 2] for depth in sorted(set(table["depth"]))}
    deep = [depth for depth, found in good.items() if found]
    if not deep:
        return "No cell of this map learns"
    title = f"At {deep[0]} layers {_stds(good[deep[0]], stds)}"
    title += f"; at {deep[-1]} {_stds(good[deep[-1]], stds)}" if len(deep) > 1 else ""
    beyond = [depth for depth in good if depth > deep[-1]]
    return title + (f"; at {beyond[0]} none" if beyond else "")


def _stds(found: list[float], stds: list[float]) -> str:
    """The standard deviations that learn, among those that were tried."""
    if len(found) == 1:
        return f"only std {found[0]:g} learns"
    gap = stds.index(found[-1]) - stds.index(found[0]) + 1 > len(found)
    span = f"from {found[0]:g} to {found[-1]:g}"
    return f"{len(found)} stds {span} learn" if gap else f"every std {span} learns"


def map_sentences(table: pd.DataFrame, chance: pd.DataFrame, by: str) -> list[str]:
    """How deep each row of the map learns, and what becomes of the deepest networks; rows that end alike in one sentence."""
    row = "init" if by == "scheme" else "std"
    share, most = float(chance.set_index("split")["share"]["test"]), table["depth"].max()
    alike: dict[tuple[int, str], list[str]] = {}
    for value, depth in reach(table, chance, row).items():
        deepest = table[(table[row] == value) & (table["depth"] == most)]["accuracy"]
        end = "at chance" if at_chance(deepest, share) else span(deepest)
        alike.setdefault((int(depth), end), []).append(scheme_name(str(value)) if row == "init" else f"{value:g}")
    return [
        f"**{'' if row == 'init' else 'std '}{listed(who)}**: "
        + (f"learned with up to {depth} layers" if depth else "learned at none of these depths")
        + f"; at {most} layers: {end}."
        for (depth, end), who in sorted(alike.items(), reverse=True)
    ]


def map_theory(width: int) -> str:
    """Why there is an edge, in Markdown."""
    return (
        "**Why there is an edge.** Without normalisation, a ReLU layer multiplies the signal's mean square by $N\\,\\mathrm{Var}(w) / 2$, here with "
        f"$N = {width}$. After $L$ layers the factor has been applied $L$ times, so that the deeper the network, the nearer to 1 it "
        f"must be; it is 1 at std $\\sqrt{{2 / {width}}} = {(2 / width) ** 0.5:.3f}$, which is Kaiming's."
    )
