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
from kutego.operations.waitlist import (
    join_waitlist,
    list_participant,
    move_entry,
    remove_entry,
    reopen_entry,
)
from kutego.operations.waitlist_offers import move_up, offer_place
from kutego.texts import gettext as _
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.waitlist_forms import JoinForm, ListForm, MoveForm, RemoveForm
from kutego.views.panel import (
    Button,
    ChoiceFilter,
    Column,
    DateFilter,
    Place,
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
WAITLIST_BUTTONS = (
    Button(offer_place, None, label="Platz anbieten", icon="send", primary=True, mass=True,
           done="Der Platz ist angeboten.", right=Right.OFFERS_EDIT, shown=is_waiting,
           help="Der Kunde bekommt ein Angebot mit Antwortfrist; so lange bleibt der Platz für "
                "ihn frei."),
    Button(move_up, None, label="Jetzt eintragen, mit Rechnung", icon="person-plus",
           done="Der Platz ist vergeben.", right=Right.INVOICES_EDIT, shown=is_waiting,
           help="Trägt sofort ein und stellt die Rechnung aus. Ist der Kurs voll, werden Sie noch "
                "einmal gefragt."),
    Button(move_entry, MoveForm, label="In der Reihe versetzen", icon="sort-down",
           done="Die Reihenfolge ist geändert.", right=Right.COURSES_EDIT, shown=is_waiting),
    Button(reopen_entry, None, label="Wieder aufnehmen", icon="arrow-counterclockwise", mass=True,
           done="Der Eintrag steht wieder auf der Liste.", right=Right.COURSES_EDIT,
           shown=lambda e: status_of(e) is WaitlistStatus.EXPIRED),
    Button(remove_entry, RemoveForm, label="Streichen", icon="trash", mass=True, danger=True,
           done="Von der Warteliste gestrichen.", right=Right.COURSES_EDIT,
           shown=lambda e: status_of(e) in (WaitlistStatus.WAITING, WaitlistStatus.EXPIRED)),
)  # fmt: skip
JOIN = Button(
    join_waitlist, JoinForm, label="Auf eine Warteliste setzen", icon="hourglass-split",
    done="Der Eintrag steht auf der Liste.", right=Right.COURSES_EDIT,
)  # fmt: skip
LIST = Button(
    list_participant, ListForm, label="Auf eine Warteliste setzen", icon="hourglass-split",
    primary=True, done="Der Eintrag steht auf der Liste.", right=Right.COURSES_EDIT,
    place=Place.LIST,
)  # fmt: skip
