"""How a model's parameters were found, in words, from what its weights file says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import listed
from .tape import visible


def how_learned(metadata: Mapping[str, object]) -> str:
    """One line; empty if the metadata hold no recipe.

    What a fit had to assume is part of it: smoothing, contexts that were never seen, a rank that
    leaves more than one best fit.
    """
    recipe: Any = metadata.get("recipe")
    result: Any = metadata.get("result")
    if not isinstance(recipe, dict) or not isinstance(result, dict):
        return ""
    method = recipe.get("method", "gradient")
    if method == "least_squares":
        line = f"fitted by least squares: {result['equations']} equations"
        if result["rank"] < result["parameters"]:
            line += f", rank {result['rank']} of {result['parameters']}, minimum norm"
        return line
    if method == "counting":
        smoothing = recipe["smoothing"]
        line = f"counted: {result['counted']} symbols, " + (
            f"smoothing {smoothing:g}" if smoothing else "no smoothing"
        )
        if result["contexts_unseen"]:
            line += (
                f"; {result['contexts_unseen']} of {result['contexts']} contexts never seen:"
                " uniform"
            )
        labels: Any = metadata.get("labels") or ()
        never = [visible(labels[k]) if k < len(labels) else str(k) for k in result["never_due"]]
        if never:
            line += f"; never due: {listed(never)}"
        return line
    if method == "guess":
        spread, draw = recipe["spread"], result["update"]
        return f"guessed: draw {draw} of parameters uniform in ±{spread:g}, seed {recipe['seed']}"
    return (
        f"trained: {recipe['initialisation']} start, {recipe['optimiser']},"
        f" learning rate {recipe['learning_rate']:g}, seed {recipe['seed']}"
    )
