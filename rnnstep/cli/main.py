"""The entry point, and exit codes: 0, 1 expectation failed, 2 usage or file, 70 bug, 130 Ctrl-C,
141 whoever read the output has gone.
"""

from __future__ import annotations

import os
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run rnnstep; what a console script calls.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process by default.

    Returns
    -------
    int
        The exit code.
    """
    # A step is a product of small matrices; BLAS threads only get in each other's way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from . import splash

    given = sys.argv[1:] if arguments is None else arguments
    splash.show(given)
    try:
        code = _dispatch(given)
        # What is still in the buffer fails here, and not when the interpreter ends. A process that
        # was started without an output has None.
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        splash.clear()
        print("rnnstep: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return _unread()
    except SystemExit as error:
        # Click ends the process itself when it meets a broken pipe.
        if isinstance(error.__context__, BrokenPipeError):
            return _unread()
        return int(error.code) if isinstance(error.code, int) else 1
    except Exception as error:
        if _unwritten(error):
            return 2
        splash.clear()
        return _explain(error)
    finally:
        splash.clear()


def _unread() -> int:
    """Say nothing more to whoever has gone; the code is that of a process that SIGPIPE ended."""
    _let_go()
    return 141


def _unwritten(error: Exception) -> bool:
    """Whether an error is that of an output that takes nothing more; if so it is said."""
    from ..errors import RnnstepError

    if not isinstance(error, OSError) or isinstance(error, RnnstepError) or error.filename:
        return False
    try:
        # The error does not say which file it is about, so the output is asked once more.
        print(flush=True)
    except OSError as again:
        _let_go()
        print(f"cannot write to standard output: {again.strerror}", file=sys.stderr)
        return True
    return False


def _let_go() -> None:
    """Have the output take anything, for the interpreter flushes once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: list[str]) -> int:
    # The commonest call goes round typer, which with pydantic costs a third of the time until the
    # app's first frame.
    if len(arguments) == 2 and arguments[0] == "run" and not arguments[1].startswith("-"):
        from pathlib import Path

        from .run import run_file

        return run_file(Path(arguments[1]))
    from .commands import app

    return int(app(args=arguments, prog_name="rnnstep", standalone_mode=False) or 0)


def _explain(error: Exception) -> int:
    from ..errors import RnnstepError

    if isinstance(error, RnnstepError):
        print(error, file=sys.stderr)
        return 2
    show = getattr(error, "show", None)
    if callable(show) and hasattr(error, "exit_code"):
        show(file=sys.stderr)
        return int(error.exit_code)
    if type(error).__name__ == "Abort":
        print("rnnstep: interrupted", file=sys.stderr)
        return 130
    from ..crash import report

    return report(error)
