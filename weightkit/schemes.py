"""INITIALIZERS: what each scheme draws, with its theory, its formula and the source behind it.

>>> INITIALIZERS["xavier_normal"].std(fan_in=64, fan_out=64)
0.125
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from .lazy import init, torch

if TYPE_CHECKING:
    from torch import Generator, Tensor


LARGEST_NUMBER = 1e6  # far past any useful scale, and safe from overflow in float32


@dataclass(frozen=True)
class Initializer:
    """One scheme for a weight matrix of shape (fan_out, fan_in).

    ``parameter`` names the one number the scheme takes ("std", "value" or "negative_slope"; None if
    it takes none) and ``default`` is used where no number is given.
    """

    name: str
    label: str
    formula: str
    source: str
    parameter: str | None
    default: float | None
    _fill: Callable[[Tensor, Generator | None, float], Any]
    _std: Callable[[int, int, float], float]
    _bound: Callable[[int, int, float], float] | None

    def fill_(
        self, tensor: Tensor, generator: Generator | None = None, value: float | None = None
    ) -> Tensor:
        """Fill one (fan_out, fan_in) matrix in place from `generator` and return it.

        A stack must be filled slice by slice: ``torch.nn.init`` takes dimensions beyond two for a
        receptive field. Raises ValueError for any other number of dimensions, or a number that is
        not allowed.
        """
        if tensor.ndim != 2:
            raise ValueError(
                f"{self.name} fills one matrix (fan_out, fan_in), found the shape"
                f" {tuple(tensor.shape)}"
            )
        number = self.number(value)
        with torch.no_grad():
            if tensor.is_contiguous():
                self._fill(tensor, generator, number)
            else:  # a strided view would take the same draws in another order
                matrix = torch.empty_like(tensor, memory_format=torch.contiguous_format)
                self._fill(matrix, generator, number)
                tensor.copy_(matrix)
        return tensor

    def std(self, fan_in: int, fan_out: int, value: float | None = None) -> float:
        """Theoretical standard deviation of the weights of a (fan_out, fan_in) matrix."""
        return self._std(fan_in, fan_out, self.number(value))

    def bound(self, fan_in: int, fan_out: int, value: float | None = None) -> float | None:
        """Largest possible magnitude in a (fan_out, fan_in) matrix; None if the distribution is
        unbounded.
        """
        return None if self._bound is None else self._bound(fan_in, fan_out, self.number(value))

    def number(self, value: float | None = None) -> float:
        """The scheme's one number, checked: `value`, or the default if it is None (0.0 if it takes
        none).
        """
        if self.parameter is None:
            if value is not None:
                raise ValueError(f"{self.name} takes no number, found {value!r}")
            return 0.0
        if value is None:
            value = self.default
        low = 0.0 if self.parameter == "std" else -LARGEST_NUMBER
        ok = (
            isinstance(value, Real)
            and not isinstance(value, bool)
            and low <= value <= LARGEST_NUMBER
        )
        if not ok:
            raise ValueError(
                f"{self.parameter} of {self.name} must be a finite number from {low:g} to "
                f"{LARGEST_NUMBER:g}, found {value!r}"
            )
        return float(value)  # type: ignore[arg-type]


def _kaiming_std(fan_in: int, a: float) -> float:
    return math.sqrt(2.0 / ((1.0 + a * a) * fan_in))


_GLOROT = "Glorot and Bengio 2010"
_HE = "He et al. 2015"
_SQRT3 = math.sqrt(3.0)

_SCHEMES = (
    Initializer(
        "zeros",
        "Zeros",
        r"w = 0",
        "a same-value start; no source",
        None,
        None,
        lambda t, g, c: init.zeros_(t),
        lambda fan_in, fan_out, c: 0.0,
        lambda fan_in, fan_out, c: 0.0,
    ),
    Initializer(
        "ones",
        "Ones",
        r"w = 1",
        "a same-value start; no source",
        None,
        None,
        lambda t, g, c: init.ones_(t),
        lambda fan_in, fan_out, c: 0.0,
        lambda fan_in, fan_out, c: 1.0,
    ),
    Initializer(
        "constant",
        "Constant",
        r"w = c",
        "a same-value start; no source",
        "value",
        0.1,
        lambda t, g, c: init.constant_(t, c),
        lambda fan_in, fan_out, c: 0.0,
        lambda fan_in, fan_out, c: abs(c),
    ),
    Initializer(
        "normal",
        "Fixed-std normal",
        r"w \sim \mathcal{N}(0, \sigma^2)",
        "Krizhevsky et al. 2012, section 5 (std 0.01)",
        "std",
        0.01,
        lambda t, g, s: init.normal_(t, 0.0, s, generator=g),
        lambda fan_in, fan_out, s: s,
        None,
    ),
    Initializer(
        "uniform",
        "Fixed-std uniform",
        r"w \sim \mathcal{U}(-\sigma\sqrt{3}, \sigma\sqrt{3}), \quad \mathrm{Var}(w) = \sigma^2",
        "the variance of a uniform distribution, (b - a)^2 / 12",
        "std",
        0.01,
        lambda t, g, s: init.uniform_(t, -s * _SQRT3, s * _SQRT3, generator=g),
        lambda fan_in, fan_out, s: s,
        lambda fan_in, fan_out, s: s * _SQRT3,
    ),
    Initializer(
        "xavier_normal",
        "Xavier normal",
        r"\mathrm{Var}(w) = \frac{2}{N_{in} + N_{out}}",
        f"{_GLOROT}, equation 12 (the variance; drawn from a normal distribution)",
        None,
        None,
        lambda t, g, _: init.xavier_normal_(t, generator=g),
        lambda fan_in, fan_out, _: math.sqrt(2.0 / (fan_in + fan_out)),
        None,
    ),
    Initializer(
        "xavier_uniform",
        "Xavier uniform",
        r"w \sim \mathcal{U}(-b, b), \quad b = \sqrt{\frac{6}{N_{in} + N_{out}}}",
        f"{_GLOROT}, equation 16",
        None,
        None,
        lambda t, g, _: init.xavier_uniform_(t, generator=g),
        lambda fan_in, fan_out, _: math.sqrt(2.0 / (fan_in + fan_out)),
        lambda fan_in, fan_out, _: math.sqrt(6.0 / (fan_in + fan_out)),
    ),
    Initializer(
        "kaiming_normal",
        "Kaiming normal",
        r"\mathrm{Var}(w) = \frac{2}{(1 + a^2) N_{in}}",
        f"{_HE}, equation 15 (equation 10 for a = 0)",
        "negative_slope",
        0.0,
        lambda t, g, a: init.kaiming_normal_(t, a=a, generator=g),
        lambda fan_in, fan_out, a: _kaiming_std(fan_in, a),
        None,
    ),
    Initializer(
        "kaiming_uniform",
        "Kaiming uniform",
        r"w \sim \mathcal{U}(-b, b), \quad b = \sqrt{\frac{6}{(1 + a^2) N_{in}}}",
        f"{_HE}, equation 15 (the variance; drawn from a uniform distribution)",
        "negative_slope",
        0.0,
        lambda t, g, a: init.kaiming_uniform_(t, a=a, generator=g),
        lambda fan_in, fan_out, a: _kaiming_std(fan_in, a),
        lambda fan_in, fan_out, a: _kaiming_std(fan_in, a) * _SQRT3,
    ),
    Initializer(
        "orthogonal",
        "Orthogonal",
        r"W W^\top = I \;\text{or}\; W^\top W = I",
        "Saxe et al. 2013 (random orthogonal initial weights)",
        None,
        None,
        lambda t, g, _: init.orthogonal_(t, generator=g),
        lambda fan_in, fan_out, _: 1.0 / math.sqrt(max(fan_in, fan_out)),
        lambda fan_in, fan_out, _: 1.0,
    ),
    Initializer(
        "pytorch_default",
        "PyTorch's default",
        r"w \sim \mathcal{U}\left(-\tfrac{1}{\sqrt{N_{in}}}, \tfrac{1}{\sqrt{N_{in}}}\right), "
        r"\quad \mathrm{Var}(w) = \frac{1}{3 N_{in}}",
        "torch.nn.Linear.reset_parameters: kaiming_uniform_(a=sqrt(5)); "
        f"{_GLOROT}, equation 1 (the standard initialization)",
        None,
        None,
        lambda t, g, _: init.kaiming_uniform_(t, a=math.sqrt(5.0), generator=g),
        lambda fan_in, fan_out, _: 1.0 / math.sqrt(3.0 * fan_in),
        lambda fan_in, fan_out, _: 1.0 / math.sqrt(fan_in),
    ),
)

INITIALIZERS: dict[str, Initializer] = {scheme.name: scheme for scheme in _SCHEMES}
