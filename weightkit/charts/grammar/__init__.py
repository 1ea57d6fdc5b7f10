"""The building blocks that the charts of the lessons are made of.

Train is solid, test is dashed, theory is thin and dotted. A chart carries no title, no `config` and
no fixed width, so that the page (or `export`) gives it its surroundings; its colours are roles (see
`colour`), which the paper it is shown on resolves. Averaging happens here, in pandas.
"""

from .axes import (
    TITLES,
    around_zero,
    counted,
    positional,
    powers,
    quantity,
    span,
    split_dash,
    squared,
    title,
    view,
    whole_ticks,
)
from .colour import (
    BAND,
    COLOURS,
    DIVERGING,
    DOTS,
    EXTRA,
    INK,
    MUTED,
    PAPER,
    SEQUENCE,
    VIRIDIS,
    colour_scale,
    colours,
    contrast,
    family,
    layer_scale,
    luminance,
    mix,
    painted,
    readable,
    resolve,
    resolved,
)
from .curves import DOTTED, curves, marker
from .ends import respaced
from .heatmap import heatmap, white_is_clearer
from .histograms import histograms, outline
from .legends import (
    BESIDE,
    columns_of,
    legend_of,
)
from .points import CROSS, SHAPES, index_plot, points_with_band, words_beside
from .statistics import BANDS, MOST_POINTS, finite, last_finite, nudge, summarize, thin

__all__ = [
    "BESIDE",
    "BAND",
    "BANDS",
    "COLOURS",
    "CROSS",
    "DIVERGING",
    "DOTS",
    "DOTTED",
    "EXTRA",
    "INK",
    "MOST_POINTS",
    "MUTED",
    "PAPER",
    "SEQUENCE",
    "SHAPES",
    "TITLES",
    "VIRIDIS",
    "around_zero",
    "colour_scale",
    "colours",
    "contrast",
    "counted",
    "curves",
    "family",
    "finite",
    "heatmap",
    "histograms",
    "index_plot",
    "last_finite",
    "layer_scale",
    "columns_of",
    "legend_of",
    "luminance",
    "marker",
    "mix",
    "nudge",
    "outline",
    "painted",
    "points_with_band",
    "positional",
    "powers",
    "quantity",
    "readable",
    "resolve",
    "resolved",
    "respaced",
    "span",
    "split_dash",
    "squared",
    "summarize",
    "thin",
    "title",
    "view",
    "white_is_clearer",
    "whole_ticks",
    "words_beside",
]
