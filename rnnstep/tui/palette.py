"""Colours: what each means, for every theme and every kind of terminal.

Signed values are blue through the background to orange, gates a ramp of one hue from the
background to bright; both can be told apart with any of the common colour blindnesses, and both
grow away from the background, so that what the eye finds first is what is large. A terminal with
256 colours gets those exactly (not a later approximation); with 16 or with none, sign and size
are glyphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from rich.color import Color
from rich.style import Style

Rgb = tuple[int, int, int]

LEVELS = 33
"""Colour levels of a ramp; odd, so that zero is neutral."""

BOLD, DIM, REVERSE, UNDERLINE = 1, 2, 4, 8

NAMES = ("default", "text", "dim", "faint", "accent", "good", "bad", "cursor_text", "cursor",
         "panel", "active", "state", "bar", "nan",
         "lane1", "lane2", "lane3", "lane4", "lane5", "lane6")  # fmt: skip
"""Colours with a meaning, by index; the two ramps follow them."""

SIGNED = len(NAMES)
GATE = SIGNED + LEVELS
_COUNT = GATE + LEVELS

_THEMES: dict[str, dict[str, str]] = {
    "dark": {
        "default": "#12141c", "text": "#d7dae3", "dim": "#8d93a5", "faint": "#4a5063",
        "accent": "#8fb8ff", "good": "#5fd7a7", "bad": "#ff8f6b", "cursor_text": "#12141c",
        "cursor": "#ffd866", "panel": "#1a1d28", "active": "#2a3350", "state": "#c7b3ff",
        "bar": "#3d4a73", "nan": "#ff5fd2", "negative": "#58a6ff", "positive": "#ff9d3c",
        "gate": "#c9f299", "gate_mid": "#2f8f83",
        "lane1": "#62b6f0", "lane2": "#f0a530", "lane3": "#3fcf9b", "lane4": "#ee93c8",
        "lane5": "#ece45a", "lane6": "#ff7d52",
    },
    "light": {
        "default": "#fbfaf6", "text": "#23252d", "dim": "#5d6270", "faint": "#b4b7c0",
        "accent": "#0b57c4", "good": "#00714d", "bad": "#b5330d", "cursor_text": "#fbfaf6",
        "cursor": "#7a3b00", "panel": "#efede6", "active": "#d6e2fb", "state": "#5b2fb5",
        "bar": "#9fb4dd", "nan": "#b0008a", "negative": "#0b5fbf", "positive": "#c75a00",
        "gate": "#0b4f46", "gate_mid": "#58b3a4",
        "lane1": "#0068ad", "lane2": "#a85a00", "lane3": "#00734f", "lane4": "#a3357f",
        "lane5": "#6b6000", "lane6": "#c23a10",
    },
    "contrast": {
        "default": "#000000", "text": "#ffffff", "dim": "#d0d0d0", "faint": "#808080",
        "accent": "#80c8ff", "good": "#60ffb0", "bad": "#ffb080", "cursor_text": "#000000",
        "cursor": "#ffff00", "panel": "#000000", "active": "#003a80", "state": "#e0c8ff",
        "bar": "#5070c0", "nan": "#ff70ff", "negative": "#40a0ff", "positive": "#ffa020",
        "gate": "#f0ffb0", "gate_mid": "#20a090",
        "lane1": "#66ccff", "lane2": "#ffb733", "lane3": "#4deba8", "lane4": "#ff9be0",
        "lane5": "#ffff66", "lane6": "#ff8a66",
    },
}  # fmt: skip

_SIXTEEN = {
    "text": None, "dim": None, "faint": 8, "accent": 12, "good": 10, "bad": 9, "cursor_text": 0,
    "cursor": 11, "panel": None, "active": None, "state": 13, "bar": 4, "nan": 13,
    "lane1": 12, "lane2": 11, "lane3": 10, "lane4": 13, "lane5": 14, "lane6": 9,
}  # fmt: skip


@dataclass(frozen=True)
class Palette:
    """Every colour for one theme on one kind of terminal.

    Attributes
    ----------
    theme : str
    system : {"truecolor", "256", "16", "none"}
    colours : tuple of Color or None
        By index; None is the terminal's own.
    """

    theme: str
    system: str
    colours: tuple[Color | None, ...]

    @property
    def ramps(self) -> bool:
        """Whether values can be shown by colour alone."""
        return self.system in ("truecolor", "256")

    @cached_property
    def _codes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        def codes(foreground: bool) -> tuple[str, ...]:
            default = "39" if foreground else "49"
            return tuple(
                default if colour is None else ";".join(colour.get_ansi_codes(foreground))
                for colour in self.colours
            )

        return codes(True), codes(False)

    def sgr(self, key: int, before: int | None = None) -> str:
        """The escape sequence that sets a style, or turns the style before it into this one.

        Parameters
        ----------
        key : int
            ``fg << 16 | bg << 8 | attributes``.
        before : int, optional
            What the terminal writes with now. Only colours that differ are then sent: of the cells
            of a map almost half have a colour in common with their neighbour.
        """
        if before is not None and not (key ^ before) & 255:
            return self._change(key, before)
        found = self._sgr.get(key)
        if found is None:
            fg, bg, attributes = key >> 16, (key >> 8) & 255, key & 255
            parts = ["0", *(code for bit, code in _BITS if attributes & bit)]
            if self.system != "none":
                parts += [self._codes[0][fg], self._codes[1][bg]]
            found = self._sgr[key] = f"\x1b[{';'.join(parts)}m"
        return found

    def _change(self, key: int, before: int) -> str:
        """The sequence that sets the colours that differ, of styles with the same attributes."""
        if self.system == "none":
            return ""
        foregrounds, backgrounds = self._codes
        fg, bg = foregrounds[key >> 16], backgrounds[(key >> 8) & 255]
        if key >> 16 == before >> 16:
            return f"\x1b[{bg}m"
        return f"\x1b[{fg}m" if not (key ^ before) & 0xFF00 else f"\x1b[{fg};{bg}m"

    def style(self, key: int) -> Style:
        """The same style for Rich."""
        found = self._styles.get(key)
        if found is None:
            fg, bg, attributes = key >> 16, (key >> 8) & 255, key & 255
            colours = self.system != "none"
            found = self._styles[key] = Style(
                color=self.colours[fg] if colours else None,
                bgcolor=self.colours[bg] if colours else None,
                bold=bool(attributes & BOLD) or None,
                dim=bool(attributes & DIM) or None,
                reverse=bool(attributes & REVERSE) or None,
                underline=bool(attributes & UNDERLINE) or None,
            )
        return found

    @cached_property
    def _sgr(self) -> dict[int, str]:
        return {}

    @cached_property
    def _styles(self) -> dict[int, Style]:
        return {}


_BITS = ((BOLD, "1"), (DIM, "2"), (UNDERLINE, "4"), (REVERSE, "7"))


def index(name: str) -> int:
    """The index of a colour with a meaning."""
    return NAMES.index(name)


def signed_levels(values: np.ndarray, scale: float) -> np.ndarray:
    """Colour indices of signed values, ``scale`` and beyond being the strongest."""
    half = LEVELS // 2
    with np.errstate(all="ignore"):
        level = np.rint(np.clip(values / scale, -1, 1) * half) + half + SIGNED
    return np.where(np.isnan(values), index("nan"), np.nan_to_num(level)).astype(np.uint8)


def gate_levels(values: np.ndarray) -> np.ndarray:
    """Colour indices of values from 0 to 1."""
    with np.errstate(all="ignore"):
        level = np.rint(np.clip(values, 0, 1) * (LEVELS - 1)) + GATE
    return np.where(np.isnan(values), index("nan"), np.nan_to_num(level)).astype(np.uint8)


@lru_cache(maxsize=16)
def make_palette(theme: str, system: str) -> Palette:
    """Colours of a theme for a kind of terminal.

    Parameters
    ----------
    theme : {"dark", "light", "contrast"}
    system : {"truecolor", "256", "16", "none"}
    """
    table = {name: _rgb(code) for name, code in _THEMES[theme].items()}
    if system in ("16", "none"):
        named: list[Color | None] = []
        for name in NAMES:
            code = _SIXTEEN.get(name)
            named.append(None if code is None or system == "none" else Color.from_ansi(code))
        # The ramps are glyphs here; their colours only repeat the sign.
        signed = [named_colour(system, 12), None, named_colour(system, 11)]
        half = LEVELS // 2
        ramp = [signed[0]] * half + [None] + [signed[2]] * half
        gates = [named_colour(system, 10)] * LEVELS
        return Palette(theme, system, (*named, *ramp, *gates))
    ground = table["default"]
    half = LEVELS // 2
    negative = [_mix(ground, table["negative"], (half - k) / half) for k in range(half)]
    positive = [_mix(ground, table["positive"], (k + 1) / half) for k in range(half)]
    gates_rgb = []
    for k in range(LEVELS):
        share = k / (LEVELS - 1)
        if share < 0.5:
            gates_rgb.append(_mix(ground, table["gate_mid"], share * 2))
        else:
            gates_rgb.append(_mix(table["gate_mid"], table["gate"], share * 2 - 1))
    every = [table[name] for name in NAMES] + negative + [ground] + positive + gates_rgb
    assert len(every) == _COUNT
    if system == "256":
        return Palette(theme, system, tuple(Color.from_ansi(_nearest(rgb)) for rgb in every))
    return Palette(theme, system, tuple(Color.from_rgb(*rgb) for rgb in every))


def named_colour(system: str, code: int) -> Color | None:
    """One of the 16 colours, or None without colour."""
    return None if system == "none" else Color.from_ansi(code)


def _rgb(code: str) -> Rgb:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    # A power below 1 lifts small values off the background.
    weight = share**0.8
    red, green, blue = (round(p + (q - p) * weight) for p, q in zip(a, b, strict=True))
    return red, green, blue


def _nearest(rgb: Rgb) -> int:
    """The nearest of the 240 fixed colours of a 256-colour terminal."""
    steps = (0, 95, 135, 175, 215, 255)
    cube = [min(range(6), key=lambda k: abs(steps[k] - part)) for part in rgb]
    cube_rgb = [steps[k] for k in cube]
    grey = max(0, min(23, round((sum(rgb) / 3 - 8) / 10)))
    grey_value = 8 + 10 * grey

    def distance(other: list[int]) -> int:
        return sum((p - q) ** 2 for p, q in zip(rgb, other, strict=True))

    if distance([grey_value] * 3) < distance(cube_rgb):
        return 232 + grey
    return 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
