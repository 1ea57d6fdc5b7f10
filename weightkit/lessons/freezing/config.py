"""What all views of freezing share: the course's network."""

HIDDEN = (64, 32, 32)  # units of the hidden layers, as in the course
LAYERS = ("input", "fc1", "fc2", "output")
PARAMETERS = ("weight", "bias")
