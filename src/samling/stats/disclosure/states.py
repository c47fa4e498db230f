"""What may be published of a count."""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

States = npt.NDArray[np.int8]


class State(IntEnum):
    """What may be published of a count."""

    SHOWN = 0
    HIDDEN_PRIMARY = 1  # too few by itself, or forced
    HIDDEN_SECONDARY = 2  # would give another away
    MASKED_LOW = 3  # only "less than bound %" is shown
    MASKED_HIGH = 4  # only "more than 100 - bound %" is shown
    LATENT = 5  # never published
