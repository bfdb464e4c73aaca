"""When the app keeps what is not saved: now and then, before another session, before it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..session.session import Session
    from ..session.snapshot import Snapshot
    from .app import RnnstepApp

SECONDS = 2.0
"""How often the app looks whether there is something to keep."""


class Keeper:
    """Looks after what the session of an app would lose; writing it down is ``keeping``'s.

    Parameters
    ----------
    app : RnnstepApp
    """

    def __init__(self, app: RnnstepApp) -> None:
        self.app = app
        self._kept: Snapshot | None = None
        self._going = False
        self._why = ""
        self._warned: Snapshot | None = None

    def look(self) -> None:
        """Write down what would be lost, in a thread, if there is something new."""
        from ..session.keeping import keep, unsaved

        session = self.app.session
        if session is None or self._going:
            return
        snapshot = unsaved(session)
        if snapshot is None or snapshot == self._kept:
            return
        superseded = tuple(session.notebook.superseded)

        def write() -> None:
            why = keep(session, snapshot, superseded)
            if not why:
                self._kept = snapshot
            elif not self._why:
                session.message = f"what is found cannot be kept, so ctrl+s saves it: {why}"
                self.app.post_message(self.app.Computed())
            self._why, self._going = why, False

        self._going = True
        # Without a description Textual writes out all that the function is handed.
        self.app.run_worker(write, thread=True, group="keep", description="keep")

    def take_over(self, session: Session) -> None:
        """Keep what the session before had; offer what a lesson had another time."""
        from ..session.keeping import offer_kept, settle

        before = self.app.session
        if before is not None:
            said = settle(before)
            session.message = session.message or said
        sitting = session.sitting
        if sitting is not None and not sitting.climb.contents:
            offer_kept(session)
        self._kept = self._warned = None

    def may_leave(self) -> bool:
        """Whether nothing is lost by leaving; if it would be, that is said, once."""
        from ..session.keeping import ready_to_leave, unsaved

        session = self.app.session
        if session is None:
            return True
        why = ready_to_leave(session)
        if not why or unsaved(session) == self._warned:
            return True
        self._warned = unsaved(session)
        session.message = f"not left yet: ctrl+s saves what was found, q leaves without it: {why}"
        return False
