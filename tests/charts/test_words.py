"""Numbers and lists are written one way, and what is printed alike is called alike."""

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from weightkit.charts import words
from weightkit.charts.grammar import colours
from weightkit.initializers import INITIALIZERS

SUPERSCRIPT = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.374, "0.37"),
        (0.0625, "0.063"),
        (-0.0625, "-0.063"),
        (1e-4, "0.0001"),
        (0.0000996, "0.0001"),
        (0.00006, "6 × 10⁻⁵"),
        (2.449, "2.4"),
        (9.96, "10"),
        (99.7, "100"),
        (130.2, "130"),
        (12345.0, "12,345"),
        (3e6, "3 × 10⁶"),
        (1e9, "10⁹"),
        (2.7e-12, "3 × 10⁻¹²"),
        (-0.25, "-0.25"),
        (-12345.0, "-12,345"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (math.nan, "undefined"),
    ],
)
def test_a_number(value, text):
    assert words.number(value) == text


@given(st.floats(min_value=1e-30, max_value=1e30))
def test_a_number_is_near_what_it_says(value):
    """Read back, it is within the rounding of its digits; e-notation is never seen."""
    text = words.number(value)
    assert "e" not in text
    mantissa, _, power = text.partition("10") if set(text) & set(SUPERSCRIPT) else (text, "", "")
    if power:
        digits = power.translate(str.maketrans(SUPERSCRIPT, "-0123456789"))
        read = float(mantissa.removesuffix(" × ") or 1) * 10.0 ** int(digits)
        assert read == pytest.approx(value, rel=0.5)
    else:
        assert float(text.replace(",", "")) == pytest.approx(value, rel=0.051)


@pytest.mark.parametrize(
    ("things", "text"),
    [
        ([], ""),
        (["a, b", "c", "d"], "a, b; c and d"),
        (["a"], "a"),
        (["a", 2], "a and 2"),
        ("abc", "a, b and c"),
    ],
)
def test_a_list(things, text):
    assert words.listed(things) == text


@pytest.mark.parametrize(
    ("low", "high", "form", "text"),
    [
        (0.104, 0.096, ".0%", "10%"),
        (0.17, 0.85, ".0%", "17% to 85%"),
        (0.123, 0.456, ".1f", "0.1 to 0.5"),
        (3.0, 3.01, words.number, "3"),
        (2.0, 40.0, words.number, "2 to 40"),
        (0.0005, 0.001, words.share, "0.1% or less"),
        (0.0005, 0.002, words.share, "under 0.1% to 0.2%"),
    ],
)
def test_a_range_says_a_number_once(low, high, form, text):
    assert words.between(low, high, form) == text
    assert words.span([high, math.nan, low], form) in (text, words.between(high, low, form))


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=5), st.sampled_from([".0%", ".1%", words.number])
)
def test_values_are_alike_exactly_where_their_range_is_one_number(values, form):
    assert words.alike(values, form) == (len({words.printed(v, form) for v in values}) == 1)
    if words.alike(values, form):
        assert words.span(values, form) == words.printed(values[0], form)


def test_counts_factors_and_differences():
    assert words.plural(1, "network") == "1 network"
    assert words.plural(1200, "matrix", "matrices") == "1,200 matrices"
    assert [words.times(f) for f in (2.44, 37.6, 5000)] == [
        "2.4 times",
        "38 times",
        "over 1000 times",
    ]
    assert words.points(0.0234) == "2.3 points above"
    assert words.points(-0.0234) == "2.3 points below"
    assert words.points(0.0004) == "level with"
    assert [words.fraction(v) for v in (1 / 6, 0.5, 0.4321)] == ["1/6", "1/2", "0.432"]
    assert words.percent(math.nan) == "no answer (diverged)"
    assert words.percent(0.1234, 1) == "12.3%"
    assert words.percent(72.466) == "7,247%"
    assert words.capital("seed 1A") == "Seed 1A"


@pytest.mark.parametrize(
    ("p", "text"), [(0.113, "p = 0.11"), (4e-5, "p < 0.0001"), (math.nan, "no test")]
)
def test_a_p_value(p, text):
    assert words.p_value(p) == text


def test_a_scheme_has_the_name_that_its_control_has():
    assert {name: entry.label for name, entry in INITIALIZERS.items()} == words.SCHEMES
    assert words.scheme_name("xavier_normal") == "Xavier normal"
    assert words.scheme_name("a_new_one") == "a new one"


def test_a_name_has_the_colour_of_its_scheme():
    """Whether a chart says "xavier_normal" or "Xavier normal"."""
    names = list(INITIALIZERS)
    shown = colours([words.scheme_name(name) for name in names])
    assert [shown[words.scheme_name(name)] for name in names] == list(colours(names).values())


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("at e = 0 and p = 0.2", "at e~=~0 and p~=~0.2"),
        ("lower (p < 0.0001, corrected)", "lower (p~<~0.0001, corrected)"),
        ("std × √N = 3 × 10⁻⁵, 3 × 4", "std~×~√N~=~3~×~10⁻⁵, 3 × 4"),
        ("(19, 14), (8, 19): 3, 4 (5, of 6)", "(19,~14), (8,~19): 3, 4 (5, of 6)"),
        ("between ±1/√fan_in", "between ±1/\u2060√fan_in"),
        ("`x = 1`, $N = 64$, lr = 3, 0.5 = x", None),
        ("$$z = w\n= 3 × 10$$ and z = 2", "$$z = w\n= 3 × 10$$ and z~=~2"),
    ],
)
def test_a_letter_and_what_it_equals_are_on_one_line(text, better):
    assert words.unbroken(text) == (better or text).replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("from 1.47e-06 to -2e-08.", "from 1.47 × 10⁻⁶ to −2 × 10⁻⁸."),
        ("1e-05, 1.23e+03, 1.2e+10 and 5e-3", "10⁻⁵, 1,230, 1.2 × 10¹⁰ and 0.005"),
        ("-24 (-35 to -13) points, -∞", "−24 (−35 to −13) points, −∞"),
        ("96 % of all", "96% of all"),
        ("a correlation of -0.00.", "a correlation of 0.00."),
        ("from -0.0 to +0.0 points", "from 0.0 to 0.0 points"),
        ("from -0% to -0.05, +0.5", "from 0% to −0.05, +0.5"),
        ("10-14-19-8, fc1:1-5, `x[-1]`, $10^{-1}$, 1-2 and −3", None),
    ],
)
def test_numbers_in_a_text_are_written_as_people_do(text, better):
    assert words.written(text) == (better or text)
    assert words.written(words.written(text)) == words.written(text)


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from([".3g", ".2g", ".1%", "g", ".4f"]),
)
def test_whatever_python_prints_is_written_without_its_e_and_hyphen(value, form):
    text = words.written(f"The loss is {value:{form}}.")
    assert not re.search(r"\de|-", text.replace("The loss is", ""))


@pytest.mark.parametrize(
    ("subtitle", "pieces"),
    [
        (
            "Accuracy by epoch; solid: training set, dashed: test set; band: range over 3 seeds;"
            " dotted: chance, which is always giving the commonest answer.",
            (
                "solid: training set",
                "dashed: test set",
                "band: range over 3 seeds",
                "dotted: chance, which is always giving the commonest answer",
            ),
        ),
        (
            "Accuracy against e = 0.02. A point per network; line: mean. Axis: log",
            ("A point per network", "line: mean"),
        ),
        (
            "By parameter and epoch. Coloured: it learns; grey with a stroke: it is frozen.",
            ("Coloured: it learns", "grey with a stroke: it is frozen"),
        ),
        (
            "Histograms by layer, before training. Each has its own scale.",
            ("Histograms by layer", "before training"),
        ),
        ("", ("",)),
    ],
)
def test_what_the_marks_of_a_chart_are(subtitle, pieces):
    assert words.marks(subtitle) == pieces


@given(st.floats(0, 50), st.sampled_from([".0%", ".1%", ".2f"]))
@example(0.0041, ".0%")
@example(0.003, ".2f")
def test_a_bound_is_not_below_what_it_bounds(most, form):
    said = words.bound(most, form)
    scale = 100 if form.endswith("%") else 1
    one = {".0%": 1, ".1%": 0.1, ".2f": 0.01}[form]
    assert most * scale - 1e-4 <= float(said.rstrip("%")) < most * scale + one
    assert words.bound(math.inf, form).startswith("inf")


def test_no_number_is_written_as_a_computer_does():
    assert words.with_minus(-1e-5) == "−10⁻⁵" and words.with_minus(-0.5) == "−0.5"
    assert words.every(2, "network") == "both networks"
    assert words.every(3, "seed") == "all 3 seeds" and words.every(1, "unit") == "the one unit"
