"""The screen in a real pseudo-terminal: from a key press to the last byte of its frame.

    python benchmarks/screen.py

Three lanes of 128 units (RNN, LSTM, GRU with seeded random weights) at 200×60, 300 steps, true
colour. Figures: time from writing a key to the last byte of the answer, bytes, and the app's CPU
time; single presses, page turns, a forced full repaint, and 30 presses a second for ten seconds;
steps with each panel open, until the last byte of what it shows ("again": positions that it has
been at); and steps with two forks beside their parents, five lanes, as values and as differences.
"""

from __future__ import annotations

import os
import re
import select
import signal
import tempfile
import time
from pathlib import Path
from statistics import median

from terminal_driver import TerminalApp, cpu_seconds

WIDTH, HEIGHT, STEPS = 200, 60, 300
RIGHT, LEFT = "\x1b[C", "\x1b[D"
FORKS = ("lstm.f[3] set 0 at 10..20", "gru.z[5] set 1 at 5..40")


def scenario() -> str:
    """A scenario with three lanes of 128 units."""
    lanes = "\n".join(
        f"  {cell}: {{cell: {cell}, units: 128, weights: {{init: {{seed: {k}}}}}}}"
        for k, cell in enumerate(("rnn", "lstm", "gru"))
    )
    return (
        "format: 1\ntitle: Screen\n"
        f"input: {{recall: {{classes: 4, lag: {STEPS - 2}, seed: 1}}}}\nmodels:\n{lanes}\n"
    )


def press(app: TerminalApp, key: str, quiet: float = 0.08) -> tuple[float, int]:
    """Press a key; seconds until the last byte of what it drew, and the bytes."""
    began = time.perf_counter()
    app.send(key)
    last, count = began, 0
    while select.select([app.file], [], [], quiet)[0]:
        count += len(os.read(app.file, 1 << 16))
        last = time.perf_counter()
    return last - began, count


def summary(name: str, values: list[tuple[float, int]], cpu: float) -> None:
    times = sorted(took for took, _ in values)
    sizes = sorted(size for _, size in values)
    print(
        f"{name:24} median {median(times) * 1e3:5.1f} ms, p99"
        f" {times[min(len(times) - 1, int(len(times) * 0.99))] * 1e3:5.1f} ms,"
        f" {median(sizes) / 1e3:6.1f} kB (most {sizes[-1] / 1e3:.1f}),"
        f" CPU {cpu / len(values) * 1e3:4.1f} ms"
    )


def measure(app: TerminalApp, name: str, keys: list[str], quiet: float = 0.08) -> None:
    before = cpu_seconds(app.pid)
    values = [press(app, key, quiet) for key in keys]
    summary(name, values, cpu_seconds(app.pid) - before)


def held(app: TerminalApp, seconds: float = 10.0, rate: float = 30.0) -> None:
    """A key held down: how soon the last frame is there, so whether a backlog built up."""
    count = int(seconds * rate)
    began = time.perf_counter()
    last_sent = last_read = began
    sent = 0
    while True:
        now = time.perf_counter()
        if sent < count and now >= began + sent / rate:
            app.send(RIGHT)
            sent += 1
            last_sent = time.perf_counter()
        wait = max(began + sent / rate - now, 0) if sent < count else 0.3
        if select.select([app.file], [], [], wait)[0]:
            os.read(app.file, 1 << 16)
            last_read = time.perf_counter()
        elif sent >= count:
            break
    print(
        f"{'held, 30 a second':24} {count} presses, last frame"
        f" {(last_read - last_sent) * 1e3:.1f} ms after the last press"
    )


def main() -> None:
    if not hasattr(signal, "SIGKILL"):
        raise SystemExit("this needs a system with pseudo-terminals")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "screen.yaml"
        path.write_text(scenario())
        app = TerminalApp(["run", str(path)], WIDTH, HEIGHT, {"XDG_STATE_HOME": folder})
        app.wait_for(f"of {STEPS}")
        app.read(0.5)
        app.parse = False
        measure(app, "step", [RIGHT] * 60)
        measure(app, "rewind", [LEFT] * 40)
        measure(app, "unit", ["j"] * 40)
        measure(app, "one equation", ["."] * 40)
        for name in ("flow", "contributions", "scores"):
            press(app, f":{name}\r", 1.0)
            measure(app, f"step, {name} open", [RIGHT] * 30, 0.3)
            measure(app, f"again, {name} open", [LEFT] * 30, 0.3)
        press(app, ":flow-map\r", 1.0)
        measure(app, "step, flow-map open", [RIGHT] * 30, 0.3)
        press(app, ":none\r", 0.3)
        measure(app, "page turn", ["G", "g"] * 10)
        measure(app, "full repaint", ["\x0c"] * 15)
        press(app, "g")
        held(app)
        frames = frames_drawn(app)
        print(f"{'every frame':24} {frames}")
        app.parse = False
        for patch in FORKS:
            press(app, f":patch {patch}\r", 1.0)
        press(app, "g")
        measure(app, "step, two forks", [RIGHT] * 60)
        measure(app, "rewind, two forks", [LEFT] * 40)
        press(app, "d", 0.3)
        measure(app, "step, differences", [RIGHT] * 60)
        measure(app, "rewind, differences", [LEFT] * 40)
        press(app, "d", 0.3)
        app.send("q")
        app.end()


def frames_drawn(app: TerminalApp) -> str:
    """How many of 290 presses at 30 a second had their step number on the screen."""
    press(app, "g")
    app.parse = True
    app.screen.reset()
    app.send("\x0c")
    app.read(0.4)
    seen: set[str] = set()
    for _ in range(290):
        app.send(RIGHT)
        end = time.perf_counter() + 1 / 30
        while (left := end - time.perf_counter()) > 0:
            if select.select([app.file], [], [], left)[0]:
                app.stream.feed(os.read(app.file, 1 << 16))
                found = re.search(r"step (\d+) of", app.screen.display[0])
                if found:
                    seen.add(found[1])
    app.read(0.3)
    return f"{len(seen - {'0'})} of 290 steps were seen at 30 presses a second"


if __name__ == "__main__":
    main()
