"""What is refused before Python's parser sees a text: what is too long, too deep, unprintable."""

from __future__ import annotations

import re

from ..errors import EquationError

MAX_LENGTH = 20_000
MAX_DEPTH = 60
_CONTROL = re.compile(r"(?!\t|\r?$)[\x00-\x1f\x7f-\x9f]", re.MULTILINE)


def bound(text: str, first_line: int) -> None:
    """Refuse what is too long or nested too deep for ``ast`` to take safely."""
    if len(text) > MAX_LENGTH:
        raise EquationError(
            f"the text has {len(text)} characters; at most {MAX_LENGTH} are read", first_line, 1, ""
        )
    for number, row in enumerate(text.split("\n"), first_line):
        if control := _CONTROL.search(row):
            # Without the line: a terminal would obey it.
            what = "a null" if control[0] == "\0" else "a control"
            raise EquationError(f"the text holds {what} character", number, control.start() + 1, "")
    depth = 0
    run = 0
    for number, row in enumerate(text.split("\n")):
        for column, letter in enumerate(row, 1):
            if letter == "#":
                break
            depth += (letter in "([{") - (letter in ")]}")
            # Prefix operators nest without parentheses: ----a, not not a.
            run = run + 1 if letter in "-+~" else run if letter == " " else 0
            if max(depth, run) > MAX_DEPTH:
                raise EquationError(
                    f"nested more than {MAX_DEPTH} deep", first_line + number, column, row
                )
