"""What is often mistaken about W, whatever is looked at."""

from .config import SIZES

FAN_IN, FAN_OUT = SIZES[:2]
SLIPS = (
    (
        "“The number of elements in w is the number of inputs” is meant of one row of W; the whole"
        f" W has outputs × inputs: for {FAN_IN} inputs and {FAN_OUT} outputs, {FAN_IN * FAN_OUT}."
    ),
    (
        "In the notes' figure the rows are written W₁ᵀ, W₂ᵀ, …: the ᵀ only says that a unit's"
        " weights, thought of as a column, lie down to become a row."
    ),
    (
        f"Keras keeps W the other way round: a `Dense({FAN_OUT})` on {FAN_IN} inputs has a kernel"
        f" of shape ({FAN_IN}, {FAN_OUT}), (inputs, outputs), and computes xW; PyTorch's"
        f" `nn.Linear({FAN_IN}, {FAN_OUT}).weight` is ({FAN_OUT}, {FAN_IN})."
    ),
)
