"""What the words of the field mean: each stands here once, and is explained where a page first
says it in a sentence: in its text, or of what a chart draws. Headings stay as they are, and the
labels of controls have a help of their own.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

TERMS = {
    "std": (
        r"standard deviations?|stds?",
        "Standard deviation: how widely numbers scatter around their mean.",
    ),
    "kappa": (
        r"κ|condition numbers?",
        "κ, the condition number of a matrix: its largest singular value divided by its smallest;"
        " ∞ where the smallest is 0.",
    ),
    "singular": (
        r"singular values?",
        "How strongly a matrix stretches in each of its own directions; never negative.",
    ),
    "rank": (
        r"rank",
        "How many rows of a matrix are independent of each other; copies of a row add none.",
    ),
    "fan-in": (
        r"fan[-_]in",
        "How many numbers go into each unit of a layer: the columns of its weight matrix.",
    ),
    "fan-out": (
        r"fan[-_]out",
        "How many units a layer has: the rows of its weight matrix.",
    ),
    "pre-activation": (
        r"pre-activations?",
        "What a unit computes before its activation function: weights times inputs, plus bias.",
    ),
    "logits": (
        r"logits?",
        "The numbers that the last layer gives, one per class, before they become probabilities.",
    ),
    "relu": (r"ReLU", "An activation function: it passes what is above zero, and gives zero else."),
    "bias": (
        r"bias(?:es)?",
        "A number that a unit adds to its weighted inputs; it learns as well.",
    ),
    "seed": (
        r"seeds?",
        "The number that random numbers are made from: the same seed gives the same ones again.",
    ),
    "epoch": (r"epochs?", "One pass of the training over all training data."),
    "batch": (r"batch(?:es)?", "The examples that go through the network together in one step."),
    "gradient": (
        r"gradients?",
        "How the loss changes with each number that can learn; training steps against it.",
    ),
    "learning-rate": (
        r"learning rates?",
        "The factor that turns a gradient into a step of training.",
    ),
    "fc": (
        r"fc\d",
        "fc: fully connected. The layers are called input, fc1, fc2 and so on, and output.",
    ),
    "rms": (
        r"root mean squares?",
        "How large numbers are: the root of the mean of their squares; the std if the mean is 0.",
    ),
    "cosine": (
        r"cosines?",
        "How alike two lists of numbers are in direction: 1 the same, 0 unrelated, −1 opposite.",
    ),
    "eigenvalue": (
        r"eigenvalues?",
        "How strongly the loss curves along one of the Hessian's own directions; below 0, down.",
    ),
    "correlation": (
        r"correlat(?:ions?|e)",
        "How nearly two quantities go together along a line: 1 or −1 exactly, 0 not at all.",
    ),
    "dropout": (
        r"dropout",
        "In each step of training a random share of the units gives 0.",
    ),
    "interval": (
        r"95% intervals?",
        "A range made such that 95 of 100 like it would hold the true value.",
    ),
    "batchnorm": (
        r"BatchNorm",
        "A layer that gives each unit's values mean 0 and std 1, then scales and shifts them by"
        " numbers that learn.",
    ),
    "running": (
        r"running statistics",
        "Means and variances that a BatchNorm layer keeps of the batches it has seen, by which it"
        " normalizes under eval().",
    ),
    "fine-tuning": (
        r"(?:fine-tuning|fine-tuned)",
        "To let a network that has learned one task go on learning, on another.",
    ),
    "features": (
        r"(?:frozen|random) features",
        "What a layer that does not learn makes of its inputs, for the layers behind it.",
    ),
    "z-score": (
        r"z-score[ds]?",
        "How many standard deviations a value is above its mean, or below.",
    ),
    "loss": (r"loss", "What training makes small: how far the answers are from the right ones."),
}
"""{name: (the words as a pattern, what they mean)}."""

_APART = re.compile(r"(`[^`]*`|\$[^$]*\$|\[[^\]]*\]\([^)]*\)|^#.*$)", re.MULTILINE)
"""What stays as it is: code, formulas, links, headings."""


def explained(text: str, done: set[str]) -> str:
    """Markdown with the first use of each term explained that is not `done` yet, as HTML that
    answers to pointer, finger and keyboard (style.TERM); other HTML in it is shown as text.
    """
    made, now = _explained(text, frozenset(done))
    done |= now
    return made


@lru_cache(maxsize=256)
def _explained(text: str, known: frozenset[str]) -> tuple[str, frozenset[str]]:
    done = set(known)
    parts = _APART.split(text)
    parts[::2] = [part.replace("<", "&lt;") for part in parts[::2]]
    for name, (words, meaning) in TERMS.items():
        if name in done:
            continue
        term = re.compile(rf"(?<![\w-])(?:{words})(?![\w(-])", re.IGNORECASE)
        for i in range(0, len(parts), 2):
            if match := term.search(parts[i]):
                done.add(name)
                before, after = parts[i][: match.start()], parts[i][match.end() :]
                parts[i : i + 1] = [before, _marked(name, match.group(), meaning), after]
                break
    return "".join(parts), frozenset(done)


def _marked(name: str, word: str, meaning: str) -> str:
    return (
        f'<dfn class="term" tabindex="0" aria-describedby="term-{name}">{word}'
        f'<span role="tooltip" id="term-{name}">{html.escape(meaning)}</span></dfn>'
    )
