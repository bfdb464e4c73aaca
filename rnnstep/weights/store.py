"""Parameters in safetensors files, with the recipe that made them and its result beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..errors import RnnstepError
from ..files import write_atomically

KEY = "rnnstep"


class WeightsError(RnnstepError, OSError):
    """A weights file is missing, cut off, or not what it should be."""


def save_params(
    path: Path, params: Mapping[str, np.ndarray], metadata: Mapping[str, object]
) -> None:
    """Write parameters, atomically.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file.
    params : mapping of str to ndarray
    metadata : mapping
        Plain data: what made them, and what came of it.
    """
    from safetensors.numpy import save

    text = json.dumps(metadata, sort_keys=True, ensure_ascii=False)
    tensors = {name: np.ascontiguousarray(value) for name, value in params.items()}
    write_atomically(path, save(tensors, {KEY: text}))


def load_params(path: Path) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    """Read parameters and their metadata.

    Parameters
    ----------
    path : Path

    Returns
    -------
    params : dict of str to ndarray
    metadata : dict
        Empty if the file was not written by rnnstep.

    Raises
    ------
    WeightsError
        Saying what is wrong with which file.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"there is no weights file {path}")
    try:
        with safe_open(path, framework="numpy") as file:
            params = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            notes = file.metadata() or {}
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsError(f"{path} is not a whole safetensors file: {error}") from None
    try:
        metadata = json.loads(notes.get(KEY, "{}"))
    except ValueError:
        raise WeightsError(f"{path}: its metadata cannot be read") from None
    return params, metadata if isinstance(metadata, dict) else {}
