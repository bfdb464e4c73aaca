"""Draw the pictures of the docs: each is a screen that keys lead to, as `rnnstep replay` draws it.

    python docs/make_pictures.py            # all of them, or those that are named

A picture is stale when its words are no longer what its keys lead to; a test says so.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from rnnstep.cli import main

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Picture:
    """One picture: a scenario, the keys that lead to it, and how it is drawn."""

    scenario: str
    keys: str
    size: str = "120x40"
    theme: str = "dark"


LOST = "travel/where_it_was_lost"
PICTURES = {
    "long_dependency": Picture("long_dependency", "G tab"),
    "sunspots": Picture("sunspots", ": 250 enter tab tab", theme="light"),
    "flow": Picture("long_dependency", "G tab v"),
    "contributions": Picture("long_dependency", "G tab : contributions enter"),
    "travel_wrong": Picture(LOST, "", "120x32"),
    "travel_back": Picture(LOST, "C C", "120x32"),
    "travel_cause": Picture(LOST, "C C C k k k k k", "120x32"),
    "travel_fork": Picture(
        LOST,
        "2 3 4 : patch space lstm.c[9] space hold space at space 100..last enter j j j j j",
        "120x32",
    ),
    "travel_clock": Picture("travel/stopped_clock", "", "100x24"),
    "travel_swap": Picture("travel/swapped_memory", "1 d", "120x32"),
    "forks": Picture(
        "long_dependency",
        ": patch space lstm.f[6] space set space 0 space at space 10..20 enter"
        " : name space no_forget enter"
        " : patch space no_forget.x space symbol space 'B' space at space 1 enter"
        " : patch space lstm.c space hold space at space 30..last enter D"
        " : 20 enter 1 5 6 : forks enter down",
        "120x40",
    ),
    "compare": Picture(
        "travel/cut_the_memory", ": 40 enter tab tab : compare enter 2 4 d", "120x40"
    ),
}  # fmt: skip


def draw(name: str, path: Path) -> None:
    """Draw a picture into a file."""
    picture = PICTURES[name]
    # The window's title names the scenario as one would type it at the top of a checkout.
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(io.StringIO()):
        code = main(
            ["replay", f"scenarios/{picture.scenario}.yaml", "--keys", picture.keys,
             "--size", picture.size, "--theme", picture.theme, "--lang", "en",
             "--svg", str(path)]
        )  # fmt: skip
    if code:
        raise SystemExit(f"{name} cannot be drawn")


def words(svg: str) -> list[str]:
    """What can be read on a picture, line by line."""
    texts = re.findall(r"<text [^>]*>(.*?)</text>", svg)
    return [html.unescape(text).replace("\xa0", " ") for text in texts]


def make(names: list[str]) -> None:
    """Draw pictures into their places."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or PICTURES:
        draw(name, FOLDER / f"{name}.svg")
        print(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    make(sys.argv[1:])
