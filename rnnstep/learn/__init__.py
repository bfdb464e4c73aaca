"""Learning: batches, losses, initial parameters, optimisers, backpropagation through time."""

from .batch import NO_TARGET, Batch, Sampler
from .initialise import INITIALISATIONS, initialise
from .loss import Score, answer_signal, evaluate, loss_and_adjoint, score
from .optimise import OPTIMISERS, Optimiser, clip_by_norm
from .train import Check, Recipe, TrainResult, loss_gradients, train, with_seed

__all__ = [
    "INITIALISATIONS", "NO_TARGET", "OPTIMISERS", "Batch", "Check", "Optimiser", "Recipe",
    "Sampler", "Score", "TrainResult", "answer_signal", "clip_by_norm", "evaluate", "initialise",
    "loss_and_adjoint", "loss_gradients", "score", "train", "with_seed",
]  # fmt: skip
