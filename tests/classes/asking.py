"""A question for a class."""

from weightkit.classes.asked import Asked


def question(text="Which?", **changes) -> Asked:
    """What a class is asked: one of three options."""
    said = {
        "text": text,
        "options": ("low", "middle", "high"),
        "number": None,
        "unit": "",
        "tolerance": 0.0,
        "about": "0123",
        "title": "A lesson",
        "slug": "variance_sweep",
        "place": "variance_sweep",
        "query": (("n_stds", "4"),),
        "view": "weightkit.lessons.variance_sweep",
        "config": "weightkit.lessons.variance_sweep.config:Config",
        "settings": {"n_stds": 4, "chain": ((1, 2), (3, 4))},
    }
    return Asked(**said | changes)
