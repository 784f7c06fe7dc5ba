"""An encoder for tests of retrieval, which do not care how a question is encoded."""

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors import Bags


class Fixed:
    """An encoder that answers with one prepared direction."""

    name, version = "fixed", "1"

    def __init__(self, direction: NDArray[np.int8]) -> None:
        self.direction = direction
        self.dimensions = len(direction)

    def encode(self, bags: Bags) -> NDArray[np.int8]:
        """The direction for every bag."""
        return np.tile(self.direction, (len(bags), 1))
