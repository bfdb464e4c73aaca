"""When rnnstep itself is at fault: a report without anybody's data, and two lines that say so."""

from __future__ import annotations

import platform
import sys
import time
import traceback
from pathlib import Path

from . import __version__

EXIT_BUG = 70


def write_report(error: BaseException) -> Path | None:
    """Write a report and return where it is; None if nothing can be written.

    It holds the traceback without the values of variables, and versions.
    """
    from platformdirs import user_log_path

    lines = [
        f"rnnstep {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"arguments: {len(sys.argv) - 1}",
        "",
        *traceback.format_exception(error),
    ]
    try:
        folder = user_log_path("rnnstep", appauthor=False)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
    except OSError:
        return None
    return path


def report(error: BaseException) -> int:
    """Say on stderr that rnnstep is at fault and where the report lies; return the exit code."""
    path = write_report(error)
    kind = type(error).__name__
    print(f"rnnstep: this is a bug in rnnstep ({kind}); your files are as they were.",
          file=sys.stderr)  # fmt: skip
    where = f"the report is {path}" if path else "no report could be written"
    print(f"rnnstep: {where}; please attach it to an issue.", file=sys.stderr)
    return EXIT_BUG
