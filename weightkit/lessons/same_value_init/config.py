"""What all views of the lesson have in common: the course's network."""

from ...models import HIDDEN, layer_names

LAYERS = layer_names(len(HIDDEN) + 1)
STAGES = ("before", "after")
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
CLOSE = 0.05
"""Mean accuracies that are no further apart count as about the same."""
