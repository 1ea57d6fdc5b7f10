"""The condition number of a matrix whose singular values the reader drags."""
