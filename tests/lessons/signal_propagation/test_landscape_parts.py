"""The landscape is computed in parts, and it is the same bit for bit as from all points at once."""

import pytest
import torch

from weightkit.lessons.signal_propagation import LandscapeConfig, landscape, prepare_landscape
from weightkit.lessons.signal_propagation.loss_landscape.config import PLANES
from weightkit.lessons.signal_propagation.loss_landscape.experiment import _losses, _shadow


@pytest.mark.parametrize("plane", PLANES)
def test_parts_give_the_bits_of_all_points_at_once(plane):
    config = LandscapeConfig(
        resolution=15, epochs=2, samples=50, plane=plane
    )  # 225 points: 128 and 97
    made, n, found = prepare_landscape(config), config.resolution, []
    side = (torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * (2 * config.extent / (n - 1))
    alpha, beta = (g.flatten() for g in torch.meshgrid(side, side, indexing="ij"))
    for init, start in made.starts.items():
        one, two = made.directions[init]
        whole = (start + alpha[:, None] * one + beta[:, None] * two).float()
        parts = _losses(config, made.data, whole.__getitem__, n * n)
        found.append(torch.cat([loss for _, loss in parts]))
    assert torch.equal(torch.cat(found), torch.tensor(landscape(config)["loss"].to_numpy()))


def test_the_shadow_is_least_squares_and_has_the_same_bits_wherever_the_numbers_lie():
    generator = torch.Generator().manual_seed(0)
    moved, basis = (torch.randn(n, 3466, generator=generator, dtype=torch.float64) for n in (5, 2))
    alpha, beta, length = found = _shadow(moved, *basis)
    expected = torch.linalg.lstsq(basis.T, moved.T).solution
    assert torch.allclose(torch.stack([alpha, beta]), expected, rtol=1e-10)
    assert torch.allclose(length, (basis.T @ expected).norm(dim=0) ** 2, rtol=1e-10)
    for offset in (1, 3):
        room = (
            torch.zeros(offset + moved.numel(), dtype=torch.float64)[offset:]
            .view_as(moved)
            .copy_(moved)
        )
        assert all(torch.equal(a, b) for a, b in zip(found, _shadow(room, *basis), strict=True))


def test_a_path_that_never_moved_has_its_shadow_at_the_start():
    still = torch.zeros(3, 7, dtype=torch.float64)
    assert all(part.eq(0).all() for part in _shadow(still, still[0], still[0]))
