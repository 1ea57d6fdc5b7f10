"""What may become of a weight, and where a reader may look: names that frames, facts and charts
share.
"""

ALL = "all layers"
LOOKS = (ALL, "input", "fc1", "fc2", "output")
"""What the map of weights is drawn of."""

GREW, GREW_TURNED, SHRANK_TURNED, SHRANK, SAME = OUTCOMES = (
    "grew",
    "grew, other sign",
    "shrank, other sign",
    "shrank",
    "same size",
)
"""Each weight has one of these. Size is the distance from 0; of neighbours in this order, the first
two grew and the middle two changed sign."""
LARGER, TURNED, SMALLER = OUTCOMES[:2], OUTCOMES[1:3], OUTCOMES[2:4]
