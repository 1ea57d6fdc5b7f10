"""Random tables in random dresses: what separates the columns, a header, decimal commas, quotes,
line ends.
"""

import csv

import numpy as np
import pandas as pd
from hypothesis import strategies as st

FLOATS = st.floats(-1e6, 1e6).map(lambda v: float(f"{v:.6g}")) | st.integers(-3, 3).map(float)
WORDS = st.sampled_from(
    ["cat", "dog", "New York", "a;b", "x, y", "1 a", 'the "best"', "-", "y", "class", "Ünique"]
)


@st.composite
def dressed(draw):
    """(bytes of a CSV, features, labels, whether the dress tells all): a random table in a random
    dress.
    """
    n, d = draw(st.integers(20, 24)), draw(st.integers(1, 4))
    pool = draw(st.lists(FLOATS, min_size=2, max_size=12, unique=True))
    x = np.array(
        draw(
            st.lists(
                st.lists(st.sampled_from(pool), min_size=d, max_size=d), min_size=n, max_size=n
            )
        )
    )
    kinds = draw(
        st.lists(WORDS, min_size=2, max_size=4, unique=True)
        | st.lists(st.integers(-2, 9), min_size=2, max_size=4, unique=True)
    )
    labels = [
        kinds[i] for i in draw(st.lists(st.integers(0, len(kinds) - 1), min_size=n, max_size=n))
    ]
    frame = pd.DataFrame(
        x,
        columns=draw(
            st.sampled_from(
                [
                    [f"f{i}" for i in range(d)],
                    [*"abcd"][:d],
                    ["length, mm", "b c", "d;e", "1x1"][:d],
                ]
            )
        ),
    )
    first, header = draw(st.booleans()), draw(st.booleans())
    frame.insert(
        0 if first else d,
        draw(st.sampled_from(["label", "Target", "what"])),
        pd.Series(labels, dtype=object),
    )
    index = draw(st.booleans())
    if draw(st.booleans()):
        frame.index = pd.Index(np.random.default_rng(n).permutation(n))
    comma = draw(st.booleans())
    text = frame.to_csv(
        sep=draw(st.sampled_from(",;\t| ")),
        decimal="," if comma else ".",
        index=index,
        header=header,
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
    )
    bom = draw(st.sampled_from(["", "\ufeff"]))
    return (bom + text).encode(), x, labels
