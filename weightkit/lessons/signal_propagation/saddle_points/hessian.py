"""All second derivatives of a small network's loss, exactly, in float64: y = V tanh(W x)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....lazy import torch
from ....models import with_ones
from ....stopping import check
from .config import AT_ONCE

if TYPE_CHECKING:
    from torch import Tensor


def hessian(w: Tensor, v: Tensor, x: Tensor, y: Tensor) -> tuple[float, Tensor, Tensor]:
    """The mean loss over x (samples, features), its gradient (p,) and its Hessian (p, p).

    w (units, features + 1) and v (outputs, units + 1) end in a column of biases; a parameter's
    place is that in (w, v), row by row. Cross-entropy of the classes y; of 0/1 labels where there
    is one output. With a = W x, p the probabilities, e = p - target and S = dp/dz, the blocks are
    sums over examples: (V' S V s s' - 2 e V h s 1[j = m]) x x', S h h' and (S V s h + e s) x h,
    where h = tanh(a) and s = 1 - h^2.
    """
    w, v, x = w.double(), v.double(), with_ones(x.double())
    units, outputs = len(w), len(v)
    most = max(units**2 * x.shape[1], outputs * (units + 1) * max(units, outputs))
    loss = 0.0
    gradient = [torch.zeros_like(w), torch.zeros_like(v)]
    first, last = w.numel(), v.numel()
    whole = torch.zeros(first + last, first + last, dtype=torch.float64)
    some = max(1, AT_ONCE // most)
    for xs, ys in zip(x.split(some), y.split(some), strict=True):
        check()
        one = _Examples(w, v, xs, ys)
        loss += one.loss
        gradient[0] += one.slope.t() @ xs
        gradient[1] += one.error.t() @ one.hidden
        whole[:first, :first] += one.first()
        whole[first:, first:] += one.last()
        whole[first:, :first] += one.between()
    whole[:first, first:] = whole[first:, :first].t()
    n = len(x)
    return loss / n, torch.cat([g.flatten() for g in gradient]) / n, whole / n


class _Examples:
    """Some examples on their way through the network, and their share of each block."""

    def __init__(self, w: Tensor, v: Tensor, x: Tensor, y: Tensor):
        self.x, h = x, torch.tanh(x @ w.t())
        self.hidden = with_ones(h)
        z = self.hidden @ v.t()
        if len(v) == 1:
            y = y.double()
            p = z.sigmoid()
            self.error = p - y[:, None]
            self.curved = (p * (1 - p))[:, :, None]
            self.loss = float((torch.nn.functional.softplus(z[:, 0]) - y * z[:, 0]).sum())
        else:
            p = z.softmax(1)
            self.error = p - torch.nn.functional.one_hot(y, len(v)).double()
            self.curved = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
            self.loss = float(torch.nn.functional.cross_entropy(z, y, reduction="sum"))
        self.v, self.flank = v[:, :-1], 1 - h * h  # tanh' and, below, tanh'' = -2 h tanh'
        self.back = self.error @ self.v
        self.slope = self.back * self.flank
        self.bend = -2 * self.back * h * self.flank
        self.across = (self.curved @ self.v) * self.flank[:, None, :]  # dp / da

    def first(self) -> Tensor:
        """By w and w: for each pair of units, a sum of x x'."""
        n, units = self.flank.shape
        a = torch.einsum("kj,nkm->njm", self.v, self.across) * self.flank[:, :, None]
        a = a + torch.diag_embed(self.bend)
        return _paired(a.reshape(n, -1), self.x, units)

    def last(self) -> Tensor:
        """By v and v."""
        n, outputs = self.error.shape
        return _paired(self.curved.reshape(n, -1), self.hidden, outputs)

    def between(self) -> Tensor:
        """By v (rows) and w (columns)."""
        n, units = self.flank.shape
        c = self.across[:, :, None, :] * self.hidden[:, None, :, None]
        own = torch.arange(units)
        c[:, :, own, own] += self.error[:, :, None] * self.flank[:, None, :]
        found = c.reshape(n, -1).t() @ self.x
        return found.reshape(-1, units * self.x.shape[1])


def _paired(a: Tensor, x: Tensor, units: int) -> Tensor:
    """sum over n of a[n, i, j] x[n] x[n]', as the (i, .), (j, .) block matrix."""
    n, width = x.shape
    blocks = (a[:, :, None] * x[:, None, :]).reshape(n, -1).t() @ x
    return blocks.reshape(units, units, width, width).transpose(1, 2).reshape(units * width, -1)
