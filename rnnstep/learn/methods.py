"""Every way to find a model's parameters, by name, behind one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..cells.cell import Cell
from ..equations.sizes import Sizes
from .batch import Sampler
from .counting import fit_counting
from .guess import guess
from .least_squares import fit_least_squares
from .recipes import Counting, Guess, LeastSquares
from .train import Check, Recipe, TrainResult, train

AnyRecipe = Recipe | LeastSquares | Counting | Guess

RECIPES: dict[str, type[AnyRecipe]] = {
    kind.method: kind for kind in (Recipe, LeastSquares, Counting, Guess)
}
"""Every kind of recipe, by its method."""

METHODS: dict[str, Callable[..., TrainResult]] = {
    Recipe.method: train,
    LeastSquares.method: fit_least_squares,
    Counting.method: fit_counting,
    Guess.method: guess,
}
"""What carries out a recipe, by its method."""


def find_params(
    cell: Cell,
    sizes: Sizes,
    sampler: Sampler,
    recipe: AnyRecipe,
    progress: Callable[[Check], object] | None = None,
    validation: Sampler | None = None,
) -> TrainResult:
    """Find a model's parameters as a recipe says; see the functions in ``METHODS``."""
    arguments: tuple[Any, ...] = (cell, sizes, sampler, recipe, progress, validation)
    return METHODS[recipe.method](*arguments)
