"""Two inputs on their way through a random network: are they told apart, and does it train?"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, InputsConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell, theory

__all__ = ["PRESETS", "InputsConfig", "ask", "charts", "findings", "run", "tell", "theory"]
__getattr__ = later(__name__, experiment="run", story="ask tell theory", charts="", findings="")
