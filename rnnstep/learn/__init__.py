"""Learning: batches, losses, gradients through time; least squares, counting, guessing."""

from .batch import NO_TARGET, Batch, Sampler
from .initialise import INITIALISATIONS, initialise
from .loss import Score, answer_signal, evaluate, loss_and_adjoint, right_answers, score
from .methods import METHODS, AnyRecipe, find_params
from .optimise import OPTIMISERS, Optimiser, clip_by_norm
from .recipes import GOALS, Counting, Guess, LeastSquares
from .train import Check, Recipe, TrainResult, loss_gradients, train, with_seed

__all__ = [
    "GOALS", "INITIALISATIONS", "METHODS", "NO_TARGET", "OPTIMISERS", "AnyRecipe", "Batch", "Check",
    "Counting", "Guess", "LeastSquares", "Optimiser", "Recipe", "Sampler", "Score", "TrainResult",
    "answer_signal", "clip_by_norm", "evaluate", "find_params", "initialise", "loss_and_adjoint",
    "loss_gradients", "right_answers", "score", "train", "with_seed",
]  # fmt: skip
