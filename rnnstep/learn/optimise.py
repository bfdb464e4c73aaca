"""Optimisers: plain functions of parameters, gradients and a state of their own.

Adam: Kingma and Ba 2015, Algorithm 1, with PyTorch's defaults. SGD with momentum as PyTorch has it
(the velocity is not damped). Clipping by the global norm: Pascanu, Mikolov, Bengio 2013.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..errors import ParamsError, listed, suggest

Array = np.ndarray
OPTIMISERS = ("adam", "sgd")


@dataclass
class Optimiser:
    """One way of following gradients.

    Attributes
    ----------
    kind : {"adam", "sgd"}
    learning_rate : float
    momentum : float
        Of SGD.
    beta1, beta2, epsilon : float
        Of Adam.
    """

    kind: str = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    count: int = 0
    first: dict[str, Array] = field(default_factory=dict)
    second: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in OPTIMISERS:
            raise ParamsError(
                f"there is no optimiser {self.kind!r}{suggest(self.kind, OPTIMISERS)};"
                f" there are {listed(OPTIMISERS)}"
            )

    def update(self, params: dict[str, Array], gradients: dict[str, Array]) -> dict[str, Array]:
        """Return new parameters, one update on."""
        self.count += 1
        step = self._adam if self.kind == "adam" else self._sgd
        return {name: value - step(name, gradients[name]) for name, value in params.items()}

    def _adam(self, name: str, gradient: Array) -> Array:
        zero = np.zeros_like(gradient)
        m = self.beta1 * self.first.get(name, zero) + (1 - self.beta1) * gradient
        v = self.beta2 * self.second.get(name, zero) + (1 - self.beta2) * gradient * gradient
        self.first[name], self.second[name] = m, v
        unbiased = np.sqrt(v / (1 - self.beta2**self.count)) + self.epsilon
        return self.learning_rate / (1 - self.beta1**self.count) * m / unbiased

    def _sgd(self, name: str, gradient: Array) -> Array:
        if not self.momentum:
            return self.learning_rate * gradient
        velocity = self.momentum * self.first[name] + gradient if name in self.first else gradient
        self.first[name] = velocity
        return self.learning_rate * velocity


def clip_by_norm(gradients: dict[str, Array], limit: float) -> tuple[dict[str, Array], float]:
    """Scale all gradients down together if their norm exceeds ``limit``; return it as well."""
    norm = float(np.sqrt(sum(float(np.sum(g * g)) for g in gradients.values())))
    if limit <= 0 or not np.isfinite(norm) or norm <= limit:
        return gradients, norm
    return {name: g * (limit / norm) for name, g in gradients.items()}, norm
