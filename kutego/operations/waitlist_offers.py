"""A free place goes to whoever waits: offered, announced to all, or booked at once (spec D-09).

An offered place is an offer like any other: it says what it costs, the customer agrees to the
legal texts and presses the button that § 312j (3) BGB asks for. What it has beyond others is a
last moment to answer, and a place that is kept until then.
"""

from datetime import date, datetime, timedelta

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    InvoiceOrigin,
    InvoicePosition,
    Offer,
    OfferState,
    ParticipantState,
    WaitlistEntry,
    WaitlistMode,
    WaitlistState,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.offers import issue_offer, save_offer
from kutego.operations.overlaps import ask_overlap
from kutego.operations.positions import make_positions
from kutego.operations.sales import sell_at_once
from kutego.operations.waitlist_checks import ask_debts, ask_price
from kutego.operations.waitlist_notices import tell_customer
from kutego.operations.waitlist_places import has_place, starts_for, takes_place
from kutego.operations.waitlist_sale import line_for, method_for
from kutego.texts import gettext as _

IN_THE_BASKET = timedelta(minutes=30)  # how long a place is kept for whoever was first to ask


@operation
def offer_place(entry: WaitlistEntry, *, on: date, by: Actor) -> WaitlistEntry:
    """Offer the place to somebody who waits, and keep it until the time to answer is over."""
    lock(db.session(), [entry.course_date])
    if entry.state is not WaitlistState.WAITING:
        raise DomainError(_("Nur wer wartet, kann einen Platz angeboten bekommen."))
    _refuse(entry, on)
    window = timedelta(hours=entry.course_date.waitlist_hours)
    _keep_place(entry, clock.now() + window, on=on, by=by)
    tell_customer(entry, "waitlist_offer", by=by, on=on)
    return entry


@operation
def take_free_place(entry: WaitlistEntry, *, on: date, by: Actor) -> Offer:
    """The customer asks for a place that was announced to all: the first one has it for a while.

    Asked twice, it is the same offer. Who let it lapse may ask again.
    """
    lock(db.session(), [entry.course_date])
    if entry.is_expired(clock.now()):
        back_in_line(entry, on=on, by=by)
    if entry.state is WaitlistState.OFFERED and entry.offer is not None:
        return entry.offer
    if entry.state is not WaitlistState.WAITING:
        raise DomainError(_("Sie stehen nicht mehr auf dieser Warteliste."))
    if entry.course_date.waitlist_mode is not WaitlistMode.NOTIFY_ALL:
        raise DomainError(_("Wir melden uns bei Ihnen, sobald Sie an der Reihe sind."))
    if entry.customer.is_locked:
        raise DomainError(_("Bitte rufen Sie uns an oder schreiben Sie uns."))
    if not has_place(entry, on):
        raise DomainError(
            _("Leider war jemand schneller: Der Platz ist gerade vergeben. Sie bleiben auf der "
              "Warteliste, und wir sagen Ihnen Bescheid, sobald wieder einer frei wird.")
        )  # fmt: skip
    return _keep_place(entry, clock.now() + IN_THE_BASKET, on=on, by=by)


@operation
def move_up(
    entry: WaitlistEntry, *, confirmed: frozenset[str] = frozenset(), on: date, by: Actor
) -> WaitlistEntry:
    """Give the place at once, with the invoice of the course as if the office had made it.

    Asked once more where the course is full ("full"), the participant is elsewhere at that time
    ("double"), the price went up ("price") or the customer owes ("owes"); the job takes a question
    for a no.
    """
    lock(db.session(), [entry.course_date])
    if entry.state is not WaitlistState.WAITING:
        raise DomainError(_("Nur wer wartet, kann nachrücken."))
    _refuse_person(entry, on)
    first = starts_for(entry, on)
    days = [day for day in entry.course_date.days if day.on >= first]
    ask_overlap(entry.participant, days, confirmed)
    ask_price(entry, on, confirmed)
    ask_debts(entry, on, confirmed)
    customer = entry.customer
    line = line_for(entry, on)
    lines = make_positions(InvoicePosition, customer, [line])
    sell_at_once(
        customer, lines=lines, origin=InvoiceOrigin.MANUAL, payment_method=method_for(entry, line),
        confirmed=confirmed, on=on, by=by,
    )  # fmt: skip
    log_activity(entry, "waitlist_entry.moved_up", by=by, course=entry.course_date.title)
    tell_customer(entry, "waitlist_moved_up", by=by, on=on, sms=False)
    return entry


@operation
def announce_place(entry: WaitlistEntry, *, on: date, by: Actor) -> None:
    """Tell somebody who waits that a place is free for whoever is first; once while it is."""
    lock(db.session(), [entry.course_date])
    if entry.state is not WaitlistState.WAITING or entry.notified_at is not None:
        return
    _refuse(entry, on)
    entry.notified_at, entry.held_back = clock.now(), None
    log_activity(entry, "waitlist_entry.notified", by=by, course=entry.course_date.title)
    tell_customer(entry, "waitlist_free", by=by, on=on)


@operation
def back_in_line(entry: WaitlistEntry, *, on: date, by: Actor) -> None:
    """Let somebody wait on, where they were, who asked for an announced place and let it lapse."""
    if entry.is_expired(clock.now()):
        entry.move_to(WaitlistState.WAITING)
        entry.offer_id = entry.offered_at = entry.answer_by = entry.reminded_at = None
        log_activity(entry, "waitlist_entry.lapsed", by=by)


@operation
def forget_announcement(entry: WaitlistEntry, *, on: date, by: Actor) -> None:
    """The announced place is gone; of the next one the customer is told again."""
    entry.notified_at = None


@operation
def remind_of_offer(entry: WaitlistEntry, *, on: date, by: Actor) -> None:
    """Say once that the time to answer is nearly over."""
    if entry.state is not WaitlistState.OFFERED or entry.reminded_at is not None:
        return
    if entry.is_expired(clock.now()) or not _is_open(entry):
        return
    entry.reminded_at = clock.now()
    tell_customer(entry, "waitlist_reminder", by=by, on=on)


@operation
def hold_back(entry: WaitlistEntry, *, why: str, on: date, by: Actor) -> bool:
    """Note why somebody was passed over; False where that stands there already."""
    if entry.state is not WaitlistState.WAITING or entry.held_back == why[:400]:
        return False
    entry.held_back = why[:400]
    log_activity(entry, "waitlist_entry.held_back", by=by, personal={"reason": entry.held_back})
    return True


# --- parts ------------------------------------------------------------------------------------


def _keep_place(entry: WaitlistEntry, until: datetime, *, on: date, by: Actor) -> Offer:
    """Make the offer that goes with the place."""
    customer, zone = entry.customer, company().zone
    line = line_for(entry, on)
    text = _(
        "Für %(name)s ist in „%(course)s“ ein Platz frei geworden. Wir halten ihn bis zum "
        "%(until)s Uhr für Sie frei; so lange gilt dieses Angebot.",
        name=entry.participant.name,
        course=entry.course_date.title,
        until=f"{until.astimezone(zone):%d.%m.%Y, %H:%M}",
    )
    offer = save_offer(
        customer, positions=[line], payment_method=method_for(entry, line), text=text,
        valid_until=until.astimezone(zone).date(), on=on, by=by,
    )  # fmt: skip
    offer.answer_by = until
    issue_offer(offer, send_mail=False, on=on, by=by)
    entry.move_to(WaitlistState.OFFERED)
    entry.offer, entry.offered_at, entry.answer_by = offer, clock.now(), until
    entry.reminded_at = entry.held_back = None
    log_activity(entry, "waitlist_entry.offered", by=by, offer=offer.number, until=until)
    return offer


def _is_open(entry: WaitlistEntry) -> bool:
    return entry.offer is not None and entry.offer.state is OfferState.OPEN


def _refuse(entry: WaitlistEntry, on: date) -> None:
    """Refuse where no place can be offered now."""
    _refuse_person(entry, on)
    if not has_place(entry, on):
        raise DomainError(
            _("In „%(course)s“ ist kein Platz frei, der angeboten werden könnte.",
              course=entry.course_date.title)
        )  # fmt: skip


def _refuse_person(entry: WaitlistEntry, on: date) -> None:
    if entry.customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt.", name=entry.customer.name))
    if entry.participant.state is not ParticipantState.ACTIVE:
        raise DomainError(_("%(name)s ist archiviert.", name=entry.participant.name))
    if not takes_place(entry.course_date, on):
        raise DomainError(
            _("„%(course)s“ findet nicht mehr statt.", course=entry.course_date.title)
        )
