"""What all generators of symbolic sequences share."""

from __future__ import annotations

import numpy as np


def one_hot(symbols: np.ndarray, size: int) -> np.ndarray:
    """Vectors with a single 1, ``(..., size)``, for indices of any shape."""
    found = np.zeros((*symbols.shape, size))
    np.put_along_axis(found, symbols[..., None], 1.0, axis=-1)
    return found
