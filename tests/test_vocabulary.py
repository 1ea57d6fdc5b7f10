"""One word, one spelling, in everything that a reader may read: the strings of the code, docstrings
aside.
"""

import ast
import re

import pytest
from conftest import ROOT

FILES = [
    ROOT / "streamlit_app.py",
    *(ROOT / "pages").glob("*.py"),
    *(ROOT / "weightkit").rglob("*.py"),
]
OTHERWISE = {
    "training loss": r"\btrain (loss|accuracy|error)\b",
    "training set": r"\btrain set\b",
    "-ization": r"(?i)\b(?!noise|otherwise|promise|premise|precise|exercise|advertise|disguise"
    r"|surpris|raise|rise|arise|wise|likewise|comprise|revise|supervise|paradise|concise)"
    r"\w+(isation|ised|ising|ise|ises)s?\b",
    "5%, not 5 %": r"[\d}] %",
    "10⁻⁸, not 1e-8": r"(?<![\w.\"'(\[])\d+(\.\d+)?e-?\d+\b(?=[ ,;.])",
    "without a seed, or no seed": r"\bunseeded\b",
    "pre-activation": r"\bpreactivation|\bpre activation",
    "learning rate": r"\blearning-rate\b",
    "random start": r"\binitiali[sz]ations?\b(?= of)",
}
"""{what we say: what we do not}."""
KEPT = {"parametrisation", "parametrisation:N"}  # a column of frames, not a word on a page
SENTENCE = re.compile(r"[A-Za-z]{2,}[ ,.:;]+[A-Za-z{(“]|^[A-Z][a-z]")


def strings(tree: ast.Module):
    """Every string of a module, f-strings with their places as {}; docstrings left out."""
    bare = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
    for node in ast.walk(tree):
        if id(node) in bare | inside:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def slips(source: str) -> list[str]:
    return [
        f"{name}: {match.group()!r} in {text[:90]!r}"
        for text in strings(ast.parse(source))
        if text not in KEPT and SENTENCE.search(text)
        for name, pattern in OTHERWISE.items()
        if (match := re.search(pattern, re.sub(r"`[^`]*`", "", text)))
    ]


def test_every_string_keeps_to_one_vocabulary():
    found = [
        f"{file.relative_to(ROOT)}: {s}" for file in FILES for s in slips(file.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["The train loss falls.", "With normalisation it learns.", "It is 8 %.", "About 2e-8 is left."],
)
def test_the_check_finds_what_is_said_otherwise(text):
    assert slips(f"say({text!r})") and not slips("say('The training loss falls by 8%.')")
