"""Where everything stands, as a pure function of the size and of what there is to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

INSPECTOR_FROM = 104  # Columns from which the inspector stands beside the maps.
GUTTER = 17  # Columns for a band's symbol, role and the selected unit's value.
WIDE_GUTTER = 21  # The same where most roles have room for all their letters.
WIDEST_GUTTER = 32
SMALL_GUTTER = 10
WIDEST_SIDE = 64  # Columns of the inspector at most.
WIDEST = 6  # Columns of a step at most.


@dataclass(frozen=True)
class Band:
    """One signal's map."""

    signal: str
    top: int
    rows: int


@dataclass(frozen=True)
class LaneBox:
    """One lane: a header line, and its bands below it."""

    name: str
    top: int
    height: int
    bands: tuple[Band, ...]
    left_out: int


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes
    ----------
    width, height : int
    ruler, tape : int
        Rows of the step numbers (-1 for none) and of the tape.
    left : int
        First column of the maps and of the tape.
    columns : int
        Columns of a step.
    page, length : int
        Steps of a page, and of the run.
    first : int
        First step of the page that is shown.
    lanes : tuple of LaneBox
    inspector : Box or None
    panel : Box or None
        Under the lanes, in line with the tape.
    note : Box or None
    timeline, footer : int
        Rows.
    without : int
        Lanes that found no room.
    """

    width: int
    height: int
    ruler: int
    tape: int
    left: int
    columns: int
    page: int
    length: int
    first: int
    lanes: tuple[LaneBox, ...]
    inspector: Box | None
    panel: Box | None
    note: Box | None
    timeline: int
    footer: int
    without: int

    @property
    def map_width(self) -> int:
        return self.page * self.columns

    def page_of(self, t: int) -> tuple[int, int]:
        """First and last step of the page that is shown at step t."""
        first = first_step(t, self.page, self.length)
        return first, first + self.page - 1

    def column(self, t: int) -> int:
        """First column of a step of the page that is shown."""
        return self.left + (max(t, 1) - self.first) * self.columns


def first_step(t: int, page: int, length: int) -> int:
    """First step of the page that is shown at step t: pages follow each other, but the last one
    reaches back as far as it is long, so that the end of a run never stands alone."""
    return max(min(max(t - 1, 0) // page * page + 1, length - page + 1), 1)


def make_layout(
    width: int,
    height: int,
    lanes: Mapping[str, tuple[tuple[str, int], ...]],
    active: str,
    length: int,
    inspect: bool = False,
    note_lines: int = 2,
    panel_rows: tuple[int, int] = (0, 0),
    whole_note: bool = False,
    at: int = 0,
    fold: int = 1,
    wanted_gutter: int = 0,
) -> Layout:
    """Lay a screen out.

    Parameters
    ----------
    width, height : int
        Of the terminal, in cells.
    lanes : mapping of str to tuple of (signal, units)
        What each visible lane could show, the most important first.
    active : str
        The lane that gets more where there is little room.
    length : int
        Steps of the run.
    inspect : bool
        Whether the inspector takes the maps' place.
    note_lines : int
        Lines that the note would need.
    panel_rows : (int, int)
        Rows that the open panel needs and would like; zeros if none is open.
    whole_note : bool
        Whether the note is a page of a lesson, which has all its lines while the active lane keeps
        a header and a map.
    at : int
        The step where one stands.
    fold : int
        Units that a row of a map holds at most without hiding any: 2 with half blocks.
    wanted_gutter : int
        Columns left of the maps in which every role would have room, if there are so many.
    """
    beside = width >= INSPECTOR_FROM and height >= 16
    side = min(WIDEST_SIDE, max(40, width * 3 // 8)) if beside else 0
    gutter = GUTTER if width >= 76 else SMALL_GUTTER
    room = max(width - side - gutter - 1, 4)
    columns = max(1, min(WIDEST, room // max(length, 1)))
    # What the steps of the run leave goes to the roles; a long run spares them a little.
    spare = gutter + room - columns * length
    wide = max(min(spare, wanted_gutter, WIDEST_GUTTER), WIDE_GUTTER)
    if beside and (columns == 1 or wide <= spare):
        gutter, room = wide, room - (wide - gutter)
    page = max(1, min(room // columns, length))
    ruler = 1 if height >= 20 else -1
    tape = ruler + 1 if ruler > 0 else 1
    top = tape + 1
    footer = height - 1
    timeline = footer - 1
    most = 4 if height >= 30 else 3 if height >= 24 else 2 if height >= 18 else 1
    most = timeline - top - 2 if whole_note else most if height >= 12 else 0
    note_rows = min(note_lines, most)
    bottom = timeline - note_rows
    note = Box(bottom, 0, note_rows, width) if note_rows else None
    inspector = Box(top, width - side, bottom - top, side) if beside else None
    boxes: tuple[LaneBox, ...] = ()
    panel = None
    without = 0
    if inspect:
        inspector = Box(top, 0, bottom - top, width)
    else:
        rows = _panel_rows(panel_rows, lanes, bottom - top)
        lanes = _folded(lanes, fold, bottom - rows - top)
        boxes = _stack(lanes, active, top, bottom - rows)
        without = len(lanes) - len(boxes)
        if rows:
            # Right under the lanes, even where they leave rows empty.
            above = boxes[-1].top + boxes[-1].height if boxes else top
            panel = Box(above, 0, rows, width - side - (1 if side else 0))
    return Layout(
        width, height, ruler, tape, gutter, columns, page, length, first_step(at, page, length),
        boxes, inspector, panel, note, timeline, footer, without,
    )  # fmt: skip


def _panel_rows(
    panel_rows: tuple[int, int], lanes: Mapping[str, tuple[tuple[str, int], ...]], room: int
) -> int:
    """The panel's rows: half of the room, or what the lanes leave; less where a lane would lose
    its first map; but what it needs, as long as the active lane keeps a header and a map."""
    least, wanted = panel_rows
    free = room - sum(min(2, 1 + len(bands)) for bands in lanes.values())
    spare = room - sum(_rows(bands) for bands in lanes.values())
    return min(max(least, min(wanted, max(room // 2, spare), free)), max(room - 2, 0))


def _rows(bands: tuple[tuple[str, int], ...]) -> int:
    """Rows that a lane would like: a header, and a row for each unit."""
    return 1 + sum(max(1, units) for _, units in bands)


def _folded(
    lanes: Mapping[str, tuple[tuple[str, int], ...]], fold: int, room: int
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Lanes with ``fold`` units to a row, but for those, the smallest first, for which there is
    room without: a number of rows in between would leave some of them empty."""
    found = {
        name: tuple((signal, -(-units // fold)) for signal, units in bands)
        for name, bands in lanes.items()
    }
    more = {name: _rows(lanes[name]) - _rows(found[name]) for name in lanes}
    spare = room - sum(map(_rows, found.values()))
    for name in sorted(more, key=lambda name: more[name]):
        if more[name] <= spare:
            found[name] = lanes[name]
            spare -= more[name]
    return found


def _stack(
    lanes: Mapping[str, tuple[tuple[str, int], ...]], active: str, top: int, bottom: int
) -> tuple[LaneBox, ...]:
    """Give the rows between top and bottom to the lanes, one above the other."""
    room = bottom - top
    wanted = {name: _rows(bands) for name, bands in lanes.items()}
    least = {name: min(2, wanted[name]) for name in lanes}
    heights = dict(least)
    # Where not even that fits, lanes far from the active one go.
    names = list(lanes)
    while names and sum(heights[n] for n in names) > room:
        names.remove(max(names, key=lambda n: abs(names.index(n) - names.index(active))))
        if active not in names:
            names = [active] if active in lanes else names
            break
    spare = room - sum(heights[n] for n in names)
    while spare > 0:
        growing = [n for n in names if heights[n] < wanted[n]]
        if not growing:
            break
        # The active lane grows first until it shows a row of each of its signals.
        first = active if active in growing and heights[active] <= len(lanes[active]) else ""
        chosen = first or min(growing, key=lambda n: heights[n])
        heights[chosen] += 1
        spare -= 1
    boxes = []
    at = top
    for name in names:
        height = min(heights[name], bottom - at)
        if height < 1:
            break
        bands, left_out = _bands(lanes[name], at + 1, height - 1)
        boxes.append(LaneBox(name, at, height, bands, left_out))
        at += height
    return tuple(boxes)


def _bands(
    signals: tuple[tuple[str, int], ...], top: int, rows: int
) -> tuple[tuple[Band, ...], int]:
    """Give a lane's rows to its signals: a row each while there are rows, then by size."""
    shown = signals[: max(rows, 0)]
    heights = [1] * len(shown)
    most = [max(1, units) for _, units in shown]
    spare = rows - len(shown)
    while spare > 0:
        growing = [k for k in range(len(shown)) if heights[k] < most[k]]
        if not growing:
            break
        heights[min(growing, key=lambda k: heights[k])] += 1
        spare -= 1
    bands = []
    for (name, _), height in zip(shown, heights, strict=True):
        bands.append(Band(name, top, height))
        top += height
    return tuple(bands), len(signals) - len(shown)
