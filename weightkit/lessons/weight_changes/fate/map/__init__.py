"""The map of every weight: its value before training and after it."""
