"""Types of the arrays that the layers hand each other; shapes stand in the docstrings of what takes them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
