"""What an answer to an offer means for the place that was kept with it (spec COU-12, D-09)."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Enrolment, Offer, OfferState, WaitlistEntry, WaitlistState
from kutego.operations.activity import log_activity
from kutego.operations.waitlist_places import has_place
from kutego.texts import gettext as _


def entry_of(offer: Offer) -> WaitlistEntry | None:
    """Who was offered a place with this offer; None for any other offer."""
    return db.session.scalar(
        select(WaitlistEntry).where(
            WaitlistEntry.offer_id == offer.id, WaitlistEntry.state == WaitlistState.OFFERED
        )
    )


def refuse_lost_place(offer: Offer, on: date) -> None:
    """Refuse to accept a kept place that somebody of the office has given away meanwhile.

    Other offers check no places (spec D-03); this one was made because one was free. The caller
    has locked the course date.
    """
    entry = entry_of(offer)
    if entry is not None and not has_place(entry, on):
        raise DomainError(
            _("Der Platz in „%(course)s“ ist inzwischen leider vergeben. Bitte rufen Sie uns an "
              "oder schreiben Sie uns.", course=entry.course_date.title)
        )  # fmt: skip


def take_kept_place(offer: Offer, *, by: Actor) -> None:
    """Tell that the place was taken; the enrolment itself has settled the entry already."""
    entry = db.session.scalar(select(WaitlistEntry).where(WaitlistEntry.offer_id == offer.id))
    if entry is not None and entry.state is WaitlistState.ACCEPTED:
        log_activity(entry, "waitlist_entry.accepted", by=by, offer=offer.number)


def give_up_place(offer: Offer, *, by: Actor) -> None:
    """Let the place go to the next: the offer was declined or taken back. Joins a transaction."""
    if (entry := entry_of(offer)) is None:
        return
    entry.move_to(WaitlistState.WITHDRAWN)
    entry.ended_at = clock.now()
    log_activity(entry, "waitlist_entry.given_up", by=by, offer=offer.number)


def leave_line(enrolment: Enrolment, *, by: Actor) -> None:
    """Whoever got a place in another way waits no longer; an offer still open is taken back.

    A single day of a package is no place in the course. Joins a transaction.
    """
    if enrolment.starts_on == enrolment.ends_on:
        return
    live = select(WaitlistEntry).where(
        WaitlistEntry.participant_id == enrolment.participant_id,
        WaitlistEntry.course_date_id == enrolment.course_date_id,
        WaitlistEntry.state.in_([WaitlistState.WAITING, WaitlistState.OFFERED]),
    )
    for entry in db.session.scalars(live).all():
        offer = entry.offer
        if offer is not None and offer.state is OfferState.OPEN:
            offer.move_to(OfferState.WITHDRAWN)
            offer.revision += 1
            log_activity(offer, "offer.withdrawn", by=by, number=offer.number)
        entry.move_to(WaitlistState.ACCEPTED)
        entry.ended_at, entry.held_back = clock.now(), None
        entry.enrolment = enrolment
        log_activity(entry, "waitlist_entry.settled", by=by)
