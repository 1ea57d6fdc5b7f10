"""MNIST and red wine as they are found: with a header or none, label first or last, scaled or not,
any separator.
"""

from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import torch

from weightkit import datasets
from weightkit.datasets import BadData, load
from weightkit.known_files import WINE_COLUMNS, mnist_images
from weightkit.tables import read_table

PIXELS = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The only folder with data."""
    kept = dict(datasets._cache)
    datasets.clear_cache()
    monkeypatch.setattr(datasets, "_folders", lambda: [tmp_path])
    monkeypatch.setattr(datasets, "_packaged", lambda source: None)
    yield tmp_path
    datasets.clear_cache()
    datasets._cache.update(kept)


def images(n=40, digits=range(10), seed=0) -> pd.DataFrame:
    """Random images with dark corners, as MNIST has, the label first."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 256, (n, 784))
    x[:, [0, -1]], x[0, 1] = 0, 255
    return pd.DataFrame(x, columns=PIXELS).pipe(
        lambda f: f.assign(label=rng.permutation(np.resize(digits, n)))[["label", *PIXELS]]
    )


def mnist_from(folder, frame, **options) -> datasets.Dataset:
    datasets.clear_cache()
    frame.to_csv(folder / "mnist_test.csv", **({"index": False} | options))
    return load("mnist")


def same(a: datasets.Dataset, b: datasets.Dataset) -> bool:
    return all(
        torch.equal(getattr(a, part), getattr(b, part))
        for part in ("x_train", "y_train", "x_test", "y_test")
    )


def test_mnist_in_its_usual_dresses_is_the_same_bit_for_bit(folder):
    frame = images()
    usual = mnist_from(folder, frame, header=False)
    order = np.random.default_rng(0).permutation(40)[4:]
    assert torch.equal(
        usual.x_train, torch.tensor((frame[PIXELS].to_numpy() / 255.0)[order], dtype=torch.float32)
    )
    assert usual.y_train.tolist() == frame["label"].to_numpy()[order].tolist()
    last = frame[[*PIXELS, "label"]]
    scaled = frame.assign(**{p: frame[p] / 255.0 for p in PIXELS})
    dresses = {
        "header": (frame, {}),
        "last": (last, {"header": False}),
        "last, header": (last, {}),
        "index": (frame, {"index": True}),
        "scaled": (scaled, {"header": False}),
        "scaled, last, semicolons": (
            scaled[[*PIXELS, "label"]],
            {"header": False, "sep": ";", "decimal": ","},
        ),
    }
    found = {name: mnist_from(folder, *args[:1], **args[1]) for name, args in dresses.items()}
    assert [name for name, data in found.items() if not same(data, usual)] == []
    said = {name: data.description for name, data in found.items()}
    assert (
        usual.description.endswith("28 x 28 pixels, scaled to [0, 1]; ten classes.")
        and said["header"] == usual.description
    )
    for name, part in {
        "last": "The label is the last column",
        "index": "numbers the rows",
        "scaled": "as they are in [0, 1]",
    }.items():
        assert part in said[name] and part not in usual.description


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ((3, 7), "two classes: 3 and 7"),
        ((0, 1, 2), "three classes: 0, 1 and 2"),
        (range(9), "nine classes: 0, 1"),
    ],
)
@pytest.mark.parametrize("last", [False, True])
def test_a_file_with_fewer_digits_is_described_by_those_it_has(folder, digits, words, last):
    frame = images(digits=digits)
    mnist = mnist_from(folder, frame[[*PIXELS, "label"]] if last else frame, header=False)
    assert words in mnist.description
    assert set(torch.cat([mnist.y_train, mnist.y_test]).tolist()) == set(digits)


def both_ends(f):
    return f.assign(**{PIXELS[-1]: np.resize([1, 2], len(f))})


@pytest.mark.parametrize(
    ("change", "header", "says"),
    [
        (both_ends, False, "may both be the label"),
        (lambda f: f.assign(label=7), False, "two or more different digits; found only 7"),
        (lambda f: f.assign(label=7), True, "two or more different digits; found only 7"),
        (lambda f: f.assign(label=f["label"] + 1), True, "from 0 to 9; found 10"),
        (lambda f: f.assign(**{p: f[p] // 16 for p in PIXELS}), False, "found 0 to 15"),
        (lambda f: f.assign(**{p: -f[p] for p in PIXELS}), False, "found -255 to 0"),
    ],
)
def test_what_is_unclear_in_mnist_is_said(folder, change, header, says):
    with pytest.raises(BadData, match=f"^mnist_test.csv.*{says}"):
        mnist_from(folder, change(images()), header=header)


def test_a_name_settles_which_end_is_the_label(folder):
    frame = both_ends(images())
    mnist = mnist_from(folder, frame)
    assert set(torch.cat([mnist.y_train, mnist.y_test]).tolist()) == set(range(10))
    assert "last column" not in mnist.description


def test_mnist_is_read_without_copies_in_float64(folder):
    frame = images(1000)
    mnist_from(folder, frame)  # what is imported for it does not count
    content, numbers = (folder / "mnist_test.csv").stat().st_size, frame.size
    datasets.clear_cache()
    tracemalloc.start()
    load("mnist")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (
        peak < content + 4 * 4 * numbers
    )  # four times float32: the frame, its pixels scaled, split


def test_float32_rounds_pixels_as_float64_did():
    pixels = np.arange(256)
    table = read_table(
        io.StringIO(images(256).assign(**{PIXELS[5]: pixels}).to_csv(index=False)),
        "t",
        dtype="float32",
    )
    x, _, _ = mnist_images(table, "t")
    assert np.array_equal(x[:, 5], (pixels / 255.0).astype(np.float32))


# --- red wine
# ----------------------------------------------------------------------------------------------


def wines(n=40) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.uniform(1, 90, (n, 12)).round(3), columns=list(WINE_COLUMNS))
    return frame.assign(quality=rng.integers(3, 9, n))


def wine_from(folder, frame, **options) -> datasets.Dataset:
    datasets.clear_cache()
    frame.to_csv(folder / "winequality-red.csv", **({"index": False} | options))
    return load("wine_quality")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sep": ","}, "commas between columns"),
        ({"sep": "\t"}, "tabs between columns"),
        ({"sep": ";", "decimal": ","}, "decimal commas"),
        ({"sep": ",", "decimal": ","}, "decimal commas"),
        ({"sep": ",", "index": True}, "numbers the rows"),
    ],
)
def test_wine_in_every_dress_is_the_same(folder, options, said):
    usual = wine_from(folder, wines(), sep=";")
    other = wine_from(folder, wines(), **options)
    assert same(usual, other)
    assert said in other.description and said not in usual.description


def test_wine_without_names_is_refused(folder):
    with pytest.raises(
        BadData, match=r"^winequality-red\.csv: the first row must hold the column names"
    ):
        wine_from(folder, wines(), header=False)
