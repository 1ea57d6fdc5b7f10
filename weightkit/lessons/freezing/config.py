"""What all views of freezing share: the course's network."""

from ...models import HIDDEN, layer_names

__all__ = ["HIDDEN", "LAYERS", "PARAMETERS"]

LAYERS = tuple(layer_names(len(HIDDEN) + 1))
PARAMETERS = ("weight", "bias")
