"""Running the app, and turning how it ended into an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..crash import report
from ..errors import RnnstepError
from ..session.settings import Settings
from .app import RnnstepApp

if TYPE_CHECKING:
    from ..session.session import Session


def run_app(
    load: Callable[[Callable[[str], None]], tuple[Session, dict[str, str]]],
    splash: str,
    settings: Settings,
) -> int:
    """Run the app until it is quit.

    Returns
    -------
    int
        0; 2 if the scenario could not be loaded; 70 if rnnstep is at fault.
    """
    app = RnnstepApp(load, splash, settings)
    code = app.run()
    if app.session is not None:
        from ..session.keeping import settle

        said = settle(app.session)
        if said:
            print(f"rnnstep: {said}", file=sys.stderr)
    if app.crash is not None:
        return report(app.crash)
    if isinstance(app.failure, RnnstepError):
        print(app.failure, file=sys.stderr)
        return 2
    if app.failure is not None:
        return report(app.failure)
    return code or 0
