"""From the settings of a section ``train`` to a recipe, and what does not go together in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from ..cells import Cell
from ..cells.chain import chain_of
from ..errors import RnnstepError, listed
from ..learn import GOALS, AnyRecipe, Counting, Guess, LeastSquares, Recipe
from ..learn.counting import counted_table
from ..learn.least_squares import check_affine
from ..learn.methods import RECIPES
from . import schema
from .inputs import Source

SAMPLES = 1000
"""Sequences of a generator that are fitted or counted unless the scenario says how many."""

COMMON = ("method", "seed", "steps", "validate_on")
"""Settings of every method."""

OF_METHOD = {
    LeastSquares.method: ("minimum_norm", "samples"),
    Counting.method: ("smoothing", "samples"),
    Guess.method: ("spread", "updates", "batch", "check_count", "seeds", *GOALS),
}
"""Settings of each method but following gradients, which has all that ``Recipe`` has and those of
the sequences."""


def make_recipe(settings: schema.Train, source: Source) -> AnyRecipe:
    """A recipe from the merged settings, with the defaults of its class."""
    given = {k: v for k, v in settings.model_dump().items() if v is not None}
    kind = RECIPES[settings.method or Recipe.method]
    if kind is not Recipe:
        # A tape has one stretch; of a generator's sequences as many are drawn as one likes.
        drawn = source.draws(settings)
        given["samples"] = given.get("samples", SAMPLES) if drawn else 1
        stretch = given.get("steps", [1, source.tape.length])
        given["steps"] = None if drawn else tuple(stretch)
    recipe = kind(**{k.name: given[k.name] for k in fields(kind) if k.name in given})
    if isinstance(recipe, Recipe) and not recipe.longest:
        return replace(recipe, longest=source.longest)
    return recipe


def merged_settings(common: schema.Train | None, own: schema.Train) -> schema.Train:
    """A model's own settings over those for all models."""
    settings = common or schema.Train()
    return settings.model_copy(update={k: getattr(own, k) for k in own.model_fields_set})


def check_method(
    cell: Cell, method: str, own: schema.Train, problem: Callable[..., None]
) -> None:
    """Note what does not go with a method: the model's own settings, or the model."""
    every = set(schema.Train.model_fields)
    gradient = {f.name for f in fields(Recipe)} | {"seeds"}
    special = {key for keys in OF_METHOD.values() for key in keys} - gradient
    possible = {*COMMON, *OF_METHOD.get(method, every - special)}
    for key in sorted(own.model_fields_set - possible):
        problem(
            f"{key} is not for the method {method}; it takes {listed(sorted(possible))}",
            "train", key, key=True,
        )  # fmt: skip
    try:
        if method == LeastSquares.method:
            check_affine(cell)
        elif method == Counting.method:
            counted_table(cell)
        elif chain_of(cell) is not None:
            problem(
                f"the table of {cell.name} holds probabilities, which following gradients does"
                f" not keep; train it with method: {Counting.method}",
                "train",
            )
    except RnnstepError as error:
        problem(str(error), "train")
