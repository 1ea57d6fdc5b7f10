"""python -m tests.recipes [RECIPE ...]: how far each script's numbers are from the page's, at the
page's defaults with few networks and at one other setting.

A line for each measure: how many numbers, the share of equal ones, the mean and the largest
difference, and the largest relative one. What weightkit.recipes.agreement promises is read off it.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ["WEIGHTKIT_MEASURE"] = "1"
sys.path.insert(0, str(Path(__file__).parent))
import recipes_cases as cases
import recipes_helpers as helpers

FEW = {"n_seeds": 2}
OTHER = {
    "variance_sweep": {"distribution": "uniform", "optimizer": "sgd", "epochs": 5},
    "same_function": {"dataset": "breast_cancer", "optimizer": "momentum", "depth": 1},
    "lazy_rich": {"optimizer": "sgd", "learning_rate": 0.03, "depth": 1},
    "same_value_init/starts": {"dataset": "breast_cancer", "epochs": 5},
    "same_value_init/noise": {"dataset": "breast_cancer", "epochs": 5},
    "same_value_init/biases": {"optimizer": "adam", "epochs": 5},
    "weight_changes/steps": {"optimizer": "adam", "learning_rate": 0.001, "epochs": 10},
    "weight_changes/penalties": {"optimizer": "adam", "learning_rate": 0.001, "epochs": 10},
    "xavier_kaiming/contest": {"optimizer": "adam", "epochs": 20},
    "xavier_kaiming/formulas": {"scheme": "orthogonal"},
    "signal_propagation/signal": {"activation": "tanh", "depth": 10},
    "signal_propagation/layer_histograms": {"activation": "relu"},
    "signal_propagation/contest": {"optimizer": "adam", "learning_rate": 0.001, "depth": 10},
    "signal_propagation/map": {"by": "std", "depths": (2, 8), "epochs": 5},
    "signal_propagation/loss_landscape": {"activation": "relu", "plane": "random"},
    "signal_propagation/symmetry": {"activation": "relu", "w21": 0.7},
    "identical_random": {"activation": "relu", "dataset": "two_clouds"},
    "freezing/schedules": {"optimizer": "sgd", "dataset": "breast_cancer"},
    "freezing/loop": {"epochs": 6},
    "freezing/transfer_learning": {"task": "inverted images", "n_labelled": (2, 20)},
    "lottery_ticket": {"dataset": "breast_cancer", "optimizer": "momentum"},
    "scaling/residual": {"optimizer": "adam", "learning_rate": 0.001, "blocks": 8},
    "scaling/width": {"base": 64, "largest": 128},
    "matrix_sizes": {"activation": "linear"},
}


def measure(name: str, settings: dict) -> None:
    recipe = cases.RECIPES[name]
    cases.MEASURED.clear()
    config = recipe.make(**settings)
    with tempfile.TemporaryDirectory() as folder:
        recipe.compare(config, helpers.run_script(name, config, Path(folder), recipe.frame))
    for pair in cases.MEASURED:
        d = pair.differences
        size = abs(pair.ours)
        relative = max((x / s for x, s in zip(d, size, strict=True) if s > 0), default=0.0)
        print(
            f"{name} {settings} {pair.measure}: {len(d)} numbers, {(d == 0).mean():.0%} equal, "
            f"mean {d.mean():.2g}, most {d.max():.2g}, relative {relative:.2g}, "
            f"beyond 0.003: {(d > 0.003).sum()}",
            flush=True,
        )


def main() -> None:
    for name, recipe in cases.RECIPES.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        known = getattr(recipe.make, "__dataclass_fields__", {})
        few = {k: v for k, v in FEW.items() if k in known and v <= known[k].metadata["high"]}
        base = {"epochs": 10} if recipe.make is dict else few
        for settings in (base, {**base, **OTHER.get(name, {})}):
            measure(name, settings)
    helpers.end()


if __name__ == "__main__":
    main()
