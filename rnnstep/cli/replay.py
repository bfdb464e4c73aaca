"""`rnnstep replay`."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import RnnstepError, listed


def replay_file(
    file: Path, keys: str, at: str, size: str, svg: Path | None, theme: str, glyphs: str
) -> int:
    """Drive a session by keys; print the last screen, or save it."""
    from ..files import write_atomically
    from ..scenario.load import load_scenario
    from ..scenario.run import run_scenario
    from ..session.keymap import build_keymap
    from ..session.replay import replay
    from ..session.session import Session
    from ..session.settings import GLYPHS, THEMES
    from ..tui.paint import Painter
    from ..tui.palette import make_palette
    from ..tui.picture import as_svg, as_text

    for name, value, choices in (("theme", theme, THEMES), ("glyphs", glyphs, GLYPHS)):
        if value not in choices:
            raise RnnstepError(f"--{name} is {value!r}; it can be {listed(choices)}")
    found = re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", size)
    if not found:
        raise RnnstepError(f"--size is {size!r}; it has the form COLUMNSxROWS, as 120x40")
    session = Session(run_scenario(load_scenario(file)))
    if at:
        session.goto(at)
    replay(session, build_keymap({}), keys)
    kind = ("blocks" if svg else "unicode") if glyphs == "auto" else glyphs
    frame = Painter(kind).paint(session, int(found[1]), int(found[2]))
    if svg is None:
        print(as_text(frame))
        return 0
    title = f"rnnstep run {file} --at {session.t}"
    write_atomically(svg, as_svg(frame, make_palette(theme, "truecolor"), title).encode())
    print(svg)
    return 0
