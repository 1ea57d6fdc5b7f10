"""The facts of a sweep against its frames, by another way."""


def check(config, result, story):
    f, found = story.facts, []
    means = {std: rows["accuracy"].mean() for std, rows in result.final.groupby("std")}
    best = max(means.values())
    if abs(f.best - best) > 1e-9 or f.worst < best - 0.05 - 1e-9:
        found.append(f"the best is {best}, the facts say {f.best} and {f.worst}")
    inside = [means[std] for std in means if f.first <= std <= f.last]
    if abs(min(inside) - f.worst) > 1e-9 or min(inside) < best - 0.05 - 1e-9:
        found.append("not all of the plateau is near the best")
    after = sorted(std for std in means if std > f.last)
    before = sorted(std for std in means if std < f.first)
    if (after and means[after[0]] >= best - 0.05 + 1e-9) or (
        before and means[before[-1]] >= best - 0.05 + 1e-9
    ):
        found.append("a neighbour of the plateau belongs to it")
    if f.halved is not None and not means[f.halved] < best / 2:
        found.append("what has halved has not")
    if f.lost != sum(bool(d) for d in result.final["diverged"]):
        found.append("another number has diverged")
    if f.falls_below and not means[min(means)] < min(inside):
        found.append("the smallest std is no worse")
    return found
