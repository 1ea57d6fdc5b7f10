"""The palette keeps its promises, and every role is a colour on both papers."""

import altair as alt
import pandas as pd
import pytest
from charts.grammar_cases import SCHEMES, blocks
from contrast import problems, unreadable

from weightkit.charts import Figure, grammar
from weightkit.charts.grammar.colour import COLOURS, EXTRA, ON_DARK
from weightkit.charts.specification import specification


def test_contrast_is_that_of_wcag():
    assert grammar.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert grammar.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert grammar.contrast("#FFFFFF", "#777777") == grammar.contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("xavier_normal", "#0072B2"),
        ("Xavier uniform", "#0072B2"),
        ("kaiming_uniform", "#D55E00"),
        ("pytorch_default", "#009E73"),
        ("orthogonal", "#CC79A7"),
        ("zeros", "#6B6B6B"),
        ("all zero", "#6B6B6B"),
        ("baseline", "#111111"),
    ],
)
def test_the_same_thing_has_the_same_colour(name, colour):
    role = grammar.colours([name])[name]
    assert grammar.resolve(role) == colour
    assert grammar.colours(["something else", name, "another"])[name] == role
    if name != "baseline":
        assert grammar.resolve(role, dark=True) == ON_DARK.get(colour, colour)


def test_the_baseline_is_ink():
    role = grammar.colours(["baseline"])["baseline"]
    assert [grammar.resolve(role, dark) for dark in (False, True)] == [
        grammar.INK[False],
        grammar.INK[True],
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_colours_differ_and_are_visible(dark):
    names = [
        *SCHEMES,
        "zeros",
        "baseline",
        "std 0.01",
        "fc1 weights zero",
        "weights one, biases zero",
    ]
    table = grammar.colours(names)
    assert list(table) == names
    assert len({grammar.resolve(role, dark) for role in table.values()}) == len(names)


SERIES = [
    f"series:{name}{variant}" for name in (*COLOURS, "baseline") for variant in ("", "/1", "/2")
]
MARKS = [
    "ink",
    "muted",
    *SERIES,
    *(f"extra:{i}" for i in range(len(EXTRA))),
    *(f"mark:{c}" for c in EXTRA),
]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("role", MARKS)
def test_every_role_keeps_the_promise_of_its_name(role, dark):
    paper = grammar.PAPER[dark]
    assert grammar.contrast(grammar.resolve(role, dark), paper) >= 3
    assert grammar.contrast(grammar.resolve(f"text:{role}", dark), paper) >= 4.5
    tint = grammar.resolve(f"tint:{role}", dark)
    assert grammar.contrast(grammar.resolve("ink", dark), tint) >= 4.5
    assert grammar.contrast(grammar.resolve("ink", dark), grammar.resolve("faint", dark)) >= 4.5


@pytest.mark.parametrize("role", [role for role in MARKS if role.startswith(("ser", "ext"))])
def test_what_is_seen_through_is_seen_on_dark_paper(role):
    paper, colour = grammar.PAPER[True], grammar.resolve(role, dark=True)
    dots, band = (
        grammar.mix(paper, colour, grammar.resolved(share.to_dict(), True))
        for share in (grammar.DOTS, grammar.BAND)
    )
    assert grammar.contrast(dots, paper) >= 3
    assert grammar.contrast(band, paper) >= 1.35


def test_extra_colours_differ_on_dark_paper():
    seen = [grammar.resolve(f"extra:{i}", dark=True) for i in range(len(EXTRA))]
    assert len(set(seen)) == len(EXTRA)


@pytest.mark.parametrize(
    "role",
    ["red", "inc", "series:", "series:nobody", "series:xavier/3", "extra:99", "#12", "text:", ""],
)
def test_what_is_no_role_is_refused(role):
    with pytest.raises(ValueError, match="neither a colour"):
        grammar.resolve(role)


def test_roles_are_resolved_where_colours_stand_and_nowhere_else():
    spec = {
        "mark": {"type": "line", "color": "ink", "opacity": {"expr": "band"}},
        "title": "ink",
        "encoding": {
            "x": {
                "field": "paper",
                "title": "muted",
                "axis": {"labelColor": {"condition": [{"test": "ink", "value": "muted"}]}},
            },
            "color": {
                "field": "ink",
                "scale": {"domain": ["ink"], "range": ["series:xavier", "#123456"]},
            },
        },
        "datasets": {"ink": [{"color": "ink"}]},
    }
    dark = grammar.resolved(spec, True)
    assert dark["mark"] == {"type": "line", "color": grammar.INK[True], "opacity": 0.28}
    assert grammar.resolved(spec, False)["mark"]["opacity"] == 0.16
    assert dark["title"] == "ink" and dark["datasets"] == spec["datasets"]
    x, colour = dark["encoding"]["x"], dark["encoding"]["color"]
    assert (x["field"], x["title"]) == ("paper", "muted")
    assert x["axis"]["labelColor"]["condition"] == [{"test": "ink", "value": grammar.MUTED[True]}]
    assert colour == {"field": "ink", "scale": {"domain": ["ink"], "range": ["#56B4E9", "#123456"]}}


@pytest.mark.parametrize("dark", [False, True])
def test_every_block_can_be_seen(dark):
    for name, chart in blocks().items():
        spec = grammar.resolved(specification(chart)[0], dark)
        assert list(problems(spec, grammar.PAPER[dark])) == [], name


@pytest.mark.parametrize(
    ("mark", "colour"),
    [
        ({"type": "line"}, "#E69F00"),
        ({"type": "text"}, "#D55E00"),
        ({"type": "rule", "opacity": 0.3}, "#0072B2"),
        ({"type": "point"}, "#FFFF00"),
        ({"type": "text"}, "#FFFFFF"),
        ({"type": "line"}, "red"),
        ({"type": "line"}, None),
    ],
)
def test_what_cannot_be_seen_is_found(mark, colour):
    """The check that every other test of charts and pages goes through."""
    plain = {"mark": mark | ({"color": colour} if colour else {}), "encoding": {}}
    encoded = {
        "mark": mark,
        "encoding": {"color": {"field": "a", "scale": {"range": ["#111111", colour]}}},
    }
    for view in (plain, encoded, {"layer": [{"mark": "rect"}, plain]}, {"hconcat": [encoded]}):
        assert list(problems(view, "#FFFFFF")), view
    assert not list(problems({"mark": mark | {"color": "#111111", "opacity": 1}}, "#FFFFFF"))


def test_variants_of_a_family_do_not_depend_on_the_order_given():
    assert grammar.colours(["xavier_uniform", "xavier_normal"]) == grammar.colours(
        ["xavier_normal", "xavier_uniform"]
    )


def test_names_without_a_family_keep_their_place():
    first = grammar.colours(["a", "b", "kaiming_normal"])
    assert first == grammar.colours(["a", "b", "kaiming_normal"])
    assert COLOURS["kaiming"] not in (grammar.resolve(first["a"]), grammar.resolve(first["b"]))


@pytest.mark.parametrize("n", [1, 2, 5, 7, 25])
def test_layers_run_through_one_scale_visible_on_both_papers(n):
    scale = grammar.layer_scale([f"fc{i}" for i in range(n)])
    assert len(scale.range) == len(set(scale.range)) == n
    for colour in scale.range:
        assert grammar.contrast(colour, grammar.PAPER[False]) >= 3
        assert grammar.contrast(colour, grammar.PAPER[True]) >= 3
    brightness = [grammar.luminance(c) for c in scale.range]
    assert brightness == sorted(brightness)


def drawn(rows=3, color="series:xavier", opacity=1.0, values=(1, 2), slider=None) -> Figure:
    data = pd.DataFrame({"epoch": range(rows), "y": range(rows)})
    x = alt.X("epoch:Q").axis(values=list(values)).scale(domain=[0, rows])
    chart = alt.Chart(data).mark_line(color=color, opacity=opacity).encode(x=x, y="y:Q")
    return Figure("lines", f"Over {rows} epochs", "", chart, f"{rows} epochs.", data, slider)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"rows": 9}, ""),
        ({"color": "#FFFF00"}, "lines, exported: line in #FFFF00"),
        ({"opacity": 0.2}, "at 0.2"),
        ({"values": (1, 2.5)}, "ticks of x"),
        ({"slider": lambda: drawn(color="#FFFF00").chart}, "with its slider: line in #FFFF00"),
    ],
)
def test_of_two_drawings_that_are_much_alike_both_are_looked_at(other, found):
    assert unreadable(drawn()) == []
    said = unreadable(drawn(**other))
    assert bool(said) == bool(found) and found in "".join(said)
