"""Moving to another running course through the contract (spec CON-23)."""

from datetime import date
from typing import cast

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Contract,
    ContractKind,
    ContractPrice,
    CourseDate,
    CourseKind,
    CourseState,
    Enrolment,
    EnrolmentState,
    Participant,
    TermTemplate,
)
from kutego.operations.activity import log_activity
from kutego.operations.contract_making import course_terms
from kutego.operations.contract_prices import agreed_price
from kutego.operations.contracts import place_until, places_of, refuse_over
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.operations.messages import queue_message
from kutego.operations.terminations import day_text
from kutego.periods import DAY
from kutego.texts import gettext as _


@operation
def move_contract(
    contract: Contract,
    *,
    course_date: CourseDate,
    moves_on: date,
    term_template: TermTemplate | None = None,
    notify: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Contract:
    """Move the place to another running course from the day `moves_on` on; billing goes on.

    With `term_template` its price and terms hold from the next invoice on, without it everything
    stays as agreed. A full course asks ("full"). What is billed stays as it is.
    """
    refuse_move(contract, course_date, moves_on)
    old, places = contract.course_date, places_of(contract)
    lock(db.session(), [course_date, *(place.course_date for place in places)])
    for place in places:
        _leave(place, moves_on, on=on, by=by)
    _take_terms(contract, course_date, term_template)
    contract.course_date_id = course_date.id
    db.session.flush()
    enrol(
        cast(Participant, contract.participant), course_date, starts_on=moves_on,
        ends_on=max(moves_on, place_until(contract)), contract_id=contract.id,
        sold=_sold(places), confirmed=confirmed, by=by,
    )  # fmt: skip
    db.session.flush()
    db.session.expire(contract, ["enrolments", "course_date", "term_template", "prices"])
    log_activity(
        contract, "contract.moved", by=by, old=old.title if old else None, new=course_date.title,
        moves_on=moves_on,
    )  # fmt: skip
    if notify:
        queue_message(
            contract.customer, "contract_moved", subject_of=contract, contract=contract,
            moves_on=moves_on,
        )  # fmt: skip
    return contract


def refuse_move(contract: Contract, course_date: CourseDate, moves_on: date) -> None:
    """Refuse a move that cannot be, whoever asks."""
    refuse_over(contract)
    if contract.kind is not ContractKind.COURSE_TERM or contract.participant is None:
        raise DomainError(_("%(contract)s hängt an keinem Dauerkurs.", contract=contract))
    if course_date.kind is not CourseKind.RUNNING or course_date.state is CourseState.CANCELLED:
        raise DomainError(_("Bitte einen Dauerkurs auswählen, der stattfindet."))
    if course_date.id == contract.course_date_id:
        raise DomainError(_("Der Vertrag läuft schon in „%(course)s“.", course=course_date.title))
    if moves_on < contract.starts_on:
        raise DomainError(_("Der Wechsel kann nicht vor dem Vertragsbeginn liegen."))
    if moves_on > contract.next_invoice_on:
        raise DomainError(
            _(
                "Bitte spätestens zum %(day)s wechseln: Dann beginnt der nächste Zeitraum, und "
                "seine Rechnung nennt den neuen Kurs.",
                day=day_text(contract.next_invoice_on),
            )
        )
    if contract.terminated_to is not None and moves_on > contract.terminated_to:
        raise DomainError(_("Der Vertrag endet am %(day)s.", day=day_text(contract.terminated_to)))


def _take_terms(
    contract: Contract, course_date: CourseDate, term_template: TermTemplate | None
) -> None:
    """The name of the new course, and with a template its terms; its price from the next period."""
    if term_template is None:
        if contract.term_template is not None:
            contract.text = course_terms(course_date, contract.term_template)["text"]
        return
    for name, value in course_terms(course_date, term_template).items():
        setattr(contract, name, value)
    old = agreed_price(contract, contract.next_invoice_on)
    if old != term_template.price:
        db.session.add(
            ContractPrice(
                contract_id=contract.id,
                valid_from=contract.next_invoice_on,
                old_price=old,
                price=term_template.price,
                created_at=clock.now(),
            )
        )


def _leave(place: Enrolment, moves_on: date, *, on: date, by: Actor) -> None:
    """The days before stay; a place that had not begun by then is taken back."""
    if place.starts_on >= moves_on:
        remove_enrolment(place, on=on, by=by)
        return
    place.ends_on = moves_on - DAY
    if moves_on <= on:
        place.move_to(EnrolmentState.ENDED)


def _sold(places: list[Enrolment]) -> dict[str, int | str | None]:
    """The new place belongs to the same position, so that its cancellation finds it."""
    if not places:
        return {}
    names = ("invoice_id", "booking_id", "position_key", "suspended_for_id", "is_insured")
    return {
        **{name: getattr(places[-1], name) for name in names},
        "moved_from_id": places[-1].id,
    }
