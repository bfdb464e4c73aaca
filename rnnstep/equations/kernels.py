"""What generated code calls beside NumPy and the functions of the language, and running it."""

from __future__ import annotations

import linecache
from collections.abc import Callable

import numpy as np

from .functions import FUNCTIONS, Array
from .history import history_adjoint, history_gradient, history_product


def product(v: Array, matrix: Array, out: Array | None = None) -> Array:
    """Vectors times a matrix (columns, rows), as one matrix product whatever the leading axes."""
    lead = v.shape[:-1]
    rows = np.dot(
        np.ascontiguousarray(v).reshape(-1, v.shape[-1]),
        matrix,
        out=None if out is None else out.reshape(-1, matrix.shape[1]),
    )
    return rows.reshape(*lead, matrix.shape[1])


def stack(parts: list[Array]) -> Array:
    """Matrices above each other."""
    return np.concatenate(parts, axis=0) if len(parts) > 1 else np.array(parts[0])


def weight_gradient(adjoint: Array, vector: Array) -> Array:
    """Sum over steps and sequences of adjoint · vectorᵀ, as one matrix product."""
    left = adjoint.reshape(-1, adjoint.shape[-1])
    return np.dot(
        left.T,
        np.broadcast_to(vector, (*adjoint.shape[:-1], vector.shape[-1])).reshape(
            -1, vector.shape[-1]
        ),
    )


def over_steps(adjoint: Array) -> Array:
    """Sum over steps and sequences."""
    return adjoint.reshape(-1, adjoint.shape[-1]).sum(axis=0)


def columns_sum(a: Array) -> Array:
    """Sum over units, of size 1."""
    return np.sum(a, axis=-1, keepdims=True)


def softmax_adjoint(y: Array, adjoint: Array) -> Array:
    """Adjoint of a softmax's argument, from its value and its adjoint."""
    return y * (adjoint - np.sum(adjoint * y, axis=-1, keepdims=True))


def outer_adjoint(adjoint: Array, other: Array, side: str) -> Array:
    """Adjoint of one argument (``left`` or ``right``) of an outer product, from the other one."""
    size = other.shape[-1]
    if side == "left":
        return np.matmul(adjoint.reshape(*adjoint.shape[:-1], -1, size), other[..., None])[..., 0]
    products = adjoint.reshape(*adjoint.shape[:-1], size, -1)
    return np.matmul(other[..., None, :], products)[..., 0, :]


KERNELS = (
    product, stack, weight_gradient, over_steps, columns_sum, softmax_adjoint, outer_adjoint,
    history_product, history_gradient, history_adjoint,
)  # fmt: skip
"""All of them; generated code names them as they are named here."""


def execute(source: str, title: str) -> dict[str, Callable[..., object]]:
    """Run generated source and return what it defines; tracebacks show its lines."""
    space: dict[str, object] = {name: f.forward for name, f in FUNCTIONS.items()}
    for name in ("add", "subtract", "multiply", "divide", "power", "negative", "dot", "copyto"):
        space[name] = getattr(np, name)
    space |= {helper.__name__: helper for helper in KERNELS}
    space["np"] = np
    file = f"<rnnstep {title} {abs(hash(source)):x}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), space)
    return {name: value for name, value in space.items() if callable(value)}
