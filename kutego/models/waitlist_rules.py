"""How the waiting list of a course date works (spec D-09, COU-12)."""

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from kutego.labelled import Labelled


class WaitlistMode(Labelled):
    NOTIFY_ALL = "notify_all", "Alle benachrichtigen, wer zuerst bucht"
    OFFER_NEXT = "offer_next", "Dem Nächsten anbieten, mit Antwortfrist"
    MOVE_UP = "move_up", "Selbsttätig nachrücken lassen"


class WaitlistRules:
    """Columns of a course date. A limit of 0 is no list, none is a list without end."""

    waitlist_mode: Mapped[WaitlistMode] = mapped_column(
        default=WaitlistMode.OFFER_NEXT, server_default="offer_next"
    )
    waitlist_limit: Mapped[int | None]
    waitlist_hours: Mapped[int] = mapped_column(default=48, server_default="48")  # to answer
    waitlist_parallel: Mapped[bool] = mapped_column(default=False, server_default=false())
