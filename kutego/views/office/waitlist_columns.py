"""What a waiting list shows, finds and does; the same everywhere it stands."""

from functools import reduce
from operator import or_

from sqlalchemy import select

from kutego import clock
from kutego.models import (
    CourseDate,
    Right,
    WaitlistEntry,
    WaitlistMode,
    WaitlistState,
    WaitlistStatus,
    waitlist_status_is,
)
from kutego.texts import gettext as _
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.panel import (
    ChoiceFilter,
    Column,
    DateFilter,
    RelationFilter,
    YesNoFilter,
)


class StatusFilter(ChoiceFilter):
    """The status of this moment, in SQL as for one record in Python."""

    def condition(self, model, values):
        now = clock.now()
        return reduce(or_, (waitlist_status_is(s, now) for s in self._chosen(values)))


def is_waiting(entry: WaitlistEntry) -> bool:
    """Whether somebody stands in line."""
    return entry.state is WaitlistState.WAITING


def status_of(entry: WaitlistEntry) -> WaitlistStatus:
    """How it stands at this moment."""
    return entry.status(clock.now())


def offer_of(entry: WaitlistEntry) -> str | None:
    """The number of the offer that the place was offered with."""
    return str(entry.offer) if entry.offer else None


def called(entry: WaitlistEntry) -> str:
    """Who waits; bindingly is said with it."""
    name = entry.participant.name
    return _("%(name)s (verbindlich)", name=name) if entry.is_binding else name


WAITLIST_COLUMNS = (
    Column("participant", PARTICIPANT, value=called, load=("participant",),
           sort="participant.first_name"),
    Column("position", "Platz", value=lambda e: e.position if is_waiting(e) else None,
           load=("position",), sort="place"),
    Column("course_date", "Kurstermin", value=lambda e: e.course_date.title,
           load=("course_date",), link=lambda e: e.course_date, sort="course_date.title"),
    Column("created_at", "Eingetragen"),
    Column("wished_from", "Wunsch ab"),
    Column("status", "Status", value=status_of, badge=True, sort="state"),
    Column("answer_by", "Antwort bis"),
    Column("offer", "Angebot", value=offer_of, load=("offer",), link=lambda e: e.offer,
           sort="offer.number", right=Right.OFFERS_VIEW),
    Column("held_back", "Übergangen", quiet=True),
    Column("is_binding", "Verbindlich", shown=False),
    Column("agreed_price", "Vereinbarter Preis", quiet=True, shown=False),
    Column("remark", "Bemerkung", shown=False),
    Column("notified_at", "Benachrichtigt", shown=False),
    Column("ended_at", "Beendet", shown=False),
)  # fmt: skip
WAITLIST_FILTERS = (
    StatusFilter("status", "Status", WaitlistStatus),
    RelationFilter("course", "Kurstermin", column=WaitlistEntry.course_date_id,
                   load=lambda: select(CourseDate.id, CourseDate.title)),
    ChoiceFilter("mode", "Wie nachgerückt wird", WaitlistMode, column=CourseDate.waitlist_mode,
                 via=WaitlistEntry.course_date),
    YesNoFilter("is_binding", "Verbindlich"),
    DateFilter("created_at", "Eingetragen"),
    DateFilter("wished_from", "Wunsch ab"),
)  # fmt: skip
