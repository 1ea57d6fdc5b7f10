"""The landscape is computed in parts, and it is the same bit for bit as from all points at once."""

import pytest
import torch

from weightkit.lessons.signal_propagation import LandscapeConfig, landscape, prepare_landscape
from weightkit.lessons.signal_propagation.loss_landscape.config import PLANES
from weightkit.lessons.signal_propagation.loss_landscape.experiment import _losses


@pytest.mark.parametrize("plane", PLANES)
def test_parts_give_the_bits_of_all_points_at_once(plane):
    config = LandscapeConfig(resolution=15, epochs=2, samples=50, plane=plane)  # 225 points: 128 and 97
    made, n, found = prepare_landscape(config), config.resolution, []
    side = (torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * (2 * config.extent / (n - 1))
    alpha, beta = (g.flatten() for g in torch.meshgrid(side, side, indexing="ij"))
    for init, start in made.starts.items():
        one, two = made.directions[init]
        whole = (start + alpha[:, None] * one + beta[:, None] * two).float()
        found.append(_losses(config, made.data, whole.__getitem__, n * n))
    assert torch.equal(torch.cat(found), torch.tensor(landscape(config)["loss"].to_numpy()))
