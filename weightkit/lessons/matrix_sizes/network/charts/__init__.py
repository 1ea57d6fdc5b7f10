"""The network as columns of units, every W to one scale, and the products of one unit."""

from .matrices import matrices
from .units import LINE, MOST_NODES, TOP, digits, lead, network, unit

__all__ = ["LINE", "MOST_NODES", "TOP", "digits", "lead", "matrices", "network", "unit"]
