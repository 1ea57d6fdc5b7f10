'''Charts: DataFrames in, `Figure`s out. One file per lesson, one function per chart.

How to write a chart:

    import pandas as pd
    from weightkit.charts import Figure, grammar

    def accuracy(curves: pd.DataFrame) -> Figure:
        """Accuracy over epochs by scheme."""
        chart = grammar.curves(curves, "accuracy", "init")
        subtitle = f"Digits, mean of 5 networks; train solid, test dashed; {grammar.BANDS['range']}"
        return Figure("accuracy", finding(curves), subtitle, chart, alt_text(curves), curves)

Pass raw rows (one per seed): the blocks average in pandas. No title, config, width or colour of
your own: the page writes the title above the chart, `export` writes it into the file. One Figure
per chart (Streamlit cannot fit a concat or facet to the page): for small multiples use
`histograms(rows=...)`, or several Figures in page columns. Building blocks of `grammar` (all take
`order`, `height` = plot height in pixels, `keep`, `x_title`, `y_title`):

    curves(data, y, series, x="epoch", band="range"|"ci95"|None, theory=None, log_x, log_y, domain,
           direct=True)
        mean lines and band; train solid, test dashed; names at the line ends; crosses where
        networks diverged. `series="layer"` or a number: the sequential scale.
        `theory="std_theory"`: that column thin and dotted.
    marker(x, text)
        vertical line with text: `curves(...) + marker(5, "all layers learn")`
    points_with_band(data, x, y, series=None, band, log_x=True, log_y, domain)
        a point per seed, line of means, band: sweeps, final values
    histograms(data, series=None, rows=None, density=False, domain)
        bin_left, bin_right, count as steps; `rows="layer"`: one shelf per layer, in one chart
    heatmap(data, x, y, value, midpoint=None, domain, value_title)
        viridis; with midpoint=0 diverging
    index_plot(data, series=None, x="index", y="value")
        every parameter as a point

For charts of your own: `colour_scale(names)`, `colours(names)` (a dict), `layer_scale(layers)`,
`split_dash()`, `quantity(column, values, log)` (keywords of alt.X/alt.Y: percent, powers of ten),
`view(height)` (keywords of the outermost chart, always give them), `summarize(frame, by, value,
band)` -> mean, low, high, n; `finite`, `last_finite`, `SEQUENCE`, `DIVERGING`, `VIRIDIS`. Colours
are roles, "ink", "paper", "muted", "series:xavier", "text:series:xavier" (see `grammar.colour`): a
figure is built once, `figure.drawing(dark)` and the exports resolve them.

Exports, always on white paper: `export.png(figure)`, `svg`, `html(figure, settings, link)`,
`csv(frame)`, `bundle(figures, frames, extra_files, settings, link)`. A slider for the HTML file,
over values already computed:

    def every():  # made when a reader asks for the file; `keep`: rows of all std, still apart
        chart = grammar.histograms(frame, "stage", keep="std")
        return export.with_slider(chart, "std", heading="standard deviation")
    Figure(..., chart=chart_of_one_std, interactive=every)
'''

from typing import TYPE_CHECKING

from ..lazy import later

if TYPE_CHECKING:
    from .figure import Figure

__all__ = ["Figure"]
__getattr__ = later(__name__, figure="Figure")  # `words` needs no Altair
