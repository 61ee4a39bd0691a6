"""What the office does with whoever waits: offers, moves up, moves, strikes off."""

from kutego.models import Right, WaitlistStatus
from kutego.operations.waitlist import (
    join_waitlist,
    move_entry,
    remove_entry,
    reopen_entry,
)
from kutego.operations.waitlist_joining import list_here, list_participant
from kutego.operations.waitlist_offers import move_up, offer_place
from kutego.views.office.waitlist_columns import is_waiting, status_of
from kutego.views.office.waitlist_forms import HereForm, JoinForm, ListForm, MoveForm, RemoveForm
from kutego.views.panel import Button, Place

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
HERE = Button(
    list_here, HereForm, label="Auf die Warteliste setzen", icon="hourglass-split",
    primary=True, done="Der Eintrag steht auf der Liste.", right=Right.COURSES_EDIT,
    place=Place.LIST,
)  # fmt: skip
LIST = Button(
    list_participant, ListForm, label="Auf eine Warteliste setzen", icon="hourglass-split",
    primary=True, done="Der Eintrag steht auf der Liste.", right=Right.COURSES_EDIT,
    place=Place.LIST,
)  # fmt: skip
