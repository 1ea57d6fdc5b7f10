"""The facts of the curvature against the frames, by another way."""

import numpy as np


def check(config, result, story):
    f, found = story.facts, []
    spectra = {
        key: np.array(rows["eigenvalue"])
        for key, rows in result.spectrum.groupby(["random_units", "stage", "seed"])
    }
    counts = {}
    for key, values in spectra.items():
        if np.isfinite(values).all():
            flat = config.tolerance * abs(values).max()
            counts[key] = (values < -flat).sum(), (abs(values) <= flat).sum()
    for place in (*f.places, *f.levels):
        mine = [c for k, c in counts.items() if k[:2] == (place.random_units, place.stage)]
        negative = [n for n, _ in mine]
        if place.negative != (min(negative), max(negative)) or place.networks != len(mine):
            found.append(f"{place}: {negative}")
        if abs(place.flat - np.mean([n for _, n in mine])) > 1e-9:
            found.append(f"{place}: another number is flat")
    lost = sum(k[1] == "end" for k in spectra) - sum(k[1] == "end" for k in counts)
    if f.lost != lost:
        found.append(f"{lost} have diverged, the facts say {f.lost}")
    ranked = sorted(f.levels, key=lambda place: place.loss)
    shares = [place.share for place in ranked]
    if f.order == "rises" and not all(a < b for a, b in zip(shares, shares[1:], strict=False)):
        found.append(f"the share does not rise: {shares}")
    if f.zero.weights_gradient != 0:
        found.append("a gradient at zero")
    return found
