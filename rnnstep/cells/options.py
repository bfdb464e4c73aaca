"""Checking the options of a cell, and writing the forms of a model that answers by itself."""

from __future__ import annotations

from ..errors import ParamsError, suggest


def choose(cell: str, option: str, value: object, choices: tuple[object, ...]) -> None:
    """Raise unless ``value`` is one of ``choices``.

    Raises
    ------
    ParamsError
        Naming the cell, the option, the value and the choices.
    """
    # 1 == True in Python; a number is no answer to a yes-or-no question.
    if any(value == choice and type(value) is type(choice) for choice in choices):
        return
    words = [str(c).lower() if isinstance(c, bool) else str(c) for c in choices]
    hint = suggest(value, words) if isinstance(value, str) else ""
    raise ParamsError(f"{cell}: {option} is {value!r}{hint}; it can be {' or '.join(words)}")


def count(cell: str, option: str, value: object, most: int) -> int:
    """Return an option that is a whole number from 1 to ``most``; digits as text will do.

    Raises
    ------
    ParamsError
        Naming the cell, the option, the value and what is possible.
    """
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise ParamsError(
            f"{cell}: {option} is {value!r}; it can be a whole number from 1 to {most}"
        )
    return number


def predictor_forms(scores: str, before: str = "") -> dict[str, str]:
    """A predictor's equations for numbers and for classes, from one expression.

    Parameters
    ----------
    scores : str
        What is predicted: the numbers themselves, or the scores of the classes.
    before : str
        Equations that come first.
    """
    return {
        "linear": f"{before}y = {scores}  # prediction\n",
        "softmax": f"{before}logits = {scores}  # scores\ny = softmax(logits)  # probabilities\n",
    }
