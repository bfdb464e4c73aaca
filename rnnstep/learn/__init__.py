"""Learning: batches, losses, initial parameters, optimisers, backpropagation through time."""

from .batch import NO_TARGET, Batch, Sampler
from .initialise import INITIALISATIONS, initialise
from .loss import Score, answer_signal, evaluate, loss_and_adjoint, right_answers, score
from .optimise import OPTIMISERS, Optimiser, clip_by_norm
from .train import GOALS, Check, Recipe, TrainResult, loss_gradients, train, with_seed

__all__ = [
    "GOALS", "INITIALISATIONS", "NO_TARGET", "OPTIMISERS", "Batch", "Check", "Optimiser", "Recipe",
    "Sampler", "Score", "TrainResult", "answer_signal", "clip_by_norm", "evaluate", "initialise",
    "loss_and_adjoint", "loss_gradients", "right_answers", "score", "train", "with_seed",
]  # fmt: skip
