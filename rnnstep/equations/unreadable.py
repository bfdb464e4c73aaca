"""What is wrong with a line that Python's grammar cannot read, in this language's words.

Python's own messages speak of Python and change with its versions. Only which bracket or quote
is left open is taken from them; the rest is found in the line.
"""

from __future__ import annotations

import re

_INSTEAD = {
    "&&": "and", "||": "or", "=>": ">=", "=<": "<=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!=",
    "×": "*", "·": "*", "−": "-",
}  # fmt: skip
"""What other languages and papers write, and how it is written here."""
_WORD = re.compile(r"[\w.]+")
_NAN = re.compile(r"\bnan\b(?!\s*\()", re.IGNORECASE)
_NUMBER = re.compile(r"(0|[1-9]\d*|)(\.\d*)?([eE]\d+)?")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_ALONE = re.compile(r"(?<![<>=!])=(?!=)")
_OPEN = re.compile(r"'([(\[{])' was never closed")
_UNMATCHED = re.compile(r"unmatched '([)\]}])'")
_MISMATCH = re.compile(r"closing parenthesis '(.)' does not match opening parenthesis '(.)'")


def unreadable(row: str, column: int, said: str, conditions: bool) -> tuple[str, int]:
    """Say what is wrong and at which column, from 1.

    Parameters
    ----------
    row : str
        The line.
    column : int
        Where Python's grammar stopped, from 1.
    said : str
        What Python says of it.
    conditions : bool
        Whether the line is a condition, where things are compared.
    """
    if found := _OPEN.search(said):
        return f"this {found[1]} is never closed", column
    if found := _UNMATCHED.search(said):
        return f"nothing was opened that this {found[1]} closes", column
    if found := _MISMATCH.search(said):
        return f"a {found[2]} was opened, and this {found[1]} does not close it", column
    if "string" in said:
        return "the quote is not closed", column
    if conditions:
        plain = _QUOTED.sub(lambda match: " " * len(match[0]), row)
        for sign, instead in _INSTEAD.items():
            at = plain.find(sign)
            if at >= 0:
                return f"this is written: {instead}", at + 1
        nan = _NAN.search(plain)
        if nan:
            return "the first NaN is the first hit of nan(lane), as in nan(lstm)", nan.start() + 1
    for word in _WORD.finditer(row):
        if word.start() < column <= word.end() + 1 and _no_number(word[0]):
            return f"{word[0]!r} is no number, and no name begins with a digit", word.start() + 1
    alone = _ALONE.search(row)
    if conditions and alone:
        return "two values are compared with ==", alone.start() + 1
    return "this cannot be read here", column


def _no_number(word: str) -> bool:
    return word[0].isdigit() and not _NUMBER.fullmatch(word)
