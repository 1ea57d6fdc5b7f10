"""weightkit: what a neural network's weights do, as experiments that really train.

- `datasets`       Dataset, DATASETS, load(): the data, split and scaled
- `models`         MLP: a stack of equal networks, computed together
- `initializers`   INITIALIZERS, initialize_(): how the weights start
- `training`       train(): the one loop, a generator over epochs; TrainConfig, Freeze
- `optimizers`, `activations`   OPTIMIZERS, ACTIVATIONS: registries by name
- `metrics`        distances, condition number, rank, distinct units, histograms
- `configs`        fields that know their range
- `sweeps`         sweep(): an experiment at all combinations of some settings, on any executor
- `inspection`     inspect(): any module's parameters, and what a batch does in it; inspect_file():
  those of a .safetensors file
- `frames`         how a result of DataFrames shows itself
- `lessons`        one folder each: Config, run() -> tidy DataFrames, tell() -> what is true of
  them, in words and charts
- `charts`         Figure (an Altair chart with its title in words), the grammar of charts, exports
- `recipes`        the lessons as short plain-PyTorch scripts and notebooks
- `ui`             the only room that imports streamlit

What stands in `__all__` is imported when it is first used: a cold server shows a page before it
knows how to train.
"""

from typing import TYPE_CHECKING

from .lazy import later

if TYPE_CHECKING:
    from . import datasets, metrics, training
    from .activations import ACTIVATIONS
    from .datasets import DATASETS, Dataset
    from .initializers import INITIALIZERS, initialize_
    from .inspection import Inspection, inspect, inspect_file
    from .models import MLP
    from .optimizers import OPTIMIZERS
    from .sweeps import Sweep, sweep
    from .training import Freeze, TrainConfig, train

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "INITIALIZERS",
    "MLP",
    "OPTIMIZERS",
    "Dataset",
    "Freeze",
    "Inspection",
    "Sweep",
    "TrainConfig",
    "datasets",
    "initialize_",
    "inspect",
    "inspect_file",
    "metrics",
    "sweep",
    "train",
    "training",
]
__getattr__ = later(
    __name__,
    activations="ACTIVATIONS",
    datasets="DATASETS Dataset",
    initializers="INITIALIZERS initialize_",
    inspection="Inspection inspect inspect_file",
    metrics="",
    models="MLP",
    optimizers="OPTIMIZERS",
    sweeps="Sweep sweep",
    training="Freeze TrainConfig train",
)
