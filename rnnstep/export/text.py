"""Measuring and cutting text by the cells of a terminal, where a Korean letter takes two.

Widths are those of Unicode's East Asian Width: wide and full-width letters take two cells, marks
that join the letter before them none. Lines are broken between words, Korean ones too, as Korean
is set; only a word that is longer than the line is cut.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def letter_width(letter: str) -> int:
    """Cells of one letter: 0, 1 or 2."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def cell_width(text: str) -> int:
    """Cells of a text on one line."""
    return len(text) if text.isascii() else sum(letter_width(letter) for letter in text)


def cut(text: str, width: int) -> str:
    """The beginning of a text that fits into ``width`` cells."""
    used = 0
    for number, letter in enumerate(text):
        used += letter_width(letter)
        if used > width:
            return text[:number]
    return text


def padded(text: str, width: int) -> str:
    """A text cut to ``width`` cells, or filled up to them."""
    shown = cut(text, width)
    return shown + " " * (width - cell_width(shown))


def short_exponent(text: str) -> str:
    """Numbers without what goes without saying in an exponent: ``2e+04`` becomes ``2e4``."""
    return re.sub(r"(?<=\d)e([+-])0*(?=\d)", lambda m: "e-" if m[1] == "-" else "e", text)


def wrap(text: str, width: int) -> list[str]:
    """Cut a text into lines of at most ``width`` cells, between words where that is possible.

    Returns
    -------
    list of str
        At least one line. A letter that is wider than the line stands alone on its line.
    """
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        size = cell_width(word)
        if used and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if used:
            lines.append(line)
        while size > width:
            part = cut(word, width) or word[0]
            if part == word:
                break
            lines.append(part)
            word = word[len(part) :]
            size = cell_width(word)
        line, used = word, size
    return [*lines, line] if used or not lines else lines
