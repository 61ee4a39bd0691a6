"""The participants of a course go on to its follow-up course (spec COU-04).

Each place on its own: a draft of an invoice or an offer, a place without money, or with a contract
its move. Nobody is taken over twice, and siblings share the draft of their customer.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.labelled import Labelled
from kutego.models import (
    Contract,
    CourseDate,
    CourseState,
    DraftPosition,
    Enrolment,
    EnrolmentState,
    Invoice,
    InvoiceState,
    Offer,
    OfferPosition,
    OfferState,
    Participant,
    ParticipantState,
    company,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.contract_moves import move_contract, refuse_move
from kutego.operations.course_sale import course_line, usual_method
from kutego.operations.enrolment_changes import enrol_participant
from kutego.operations.invoices import as_input, save_draft
from kutego.operations.offers import save_offer
from kutego.operations.places import fullest_day
from kutego.operations.positions import make_positions
from kutego.operations.pricing import price
from kutego.texts import gettext as _


class TakeOver(Labelled):
    """What whoever goes on gets; a contract moves in any case."""

    INVOICE = "invoice", "Rechnungsentwurf"
    OFFER = "offer", "Angebotsentwurf"
    PLACE = "place", "Platz ohne Rechnung"


@dataclass(frozen=True)
class Next:
    """What taking over one place would make."""

    sentence: str
    amount: Decimal = ZERO


@operation
def take_over(
    enrolment: Enrolment,
    *,
    way: TakeOver,
    moves_on: date | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Base:
    """Let a participant go on to the follow-up course, once; returns what was made for it.

    `moves_on` is when a contract goes over: without it with the first day of the follow-up course.
    """
    course = _next_of(enrolment, on)
    if enrolment.contract_id is not None:
        contract = db.session.get_one(Contract, enrolment.contract_id)
        return move_contract(
            contract, course_date=course, moves_on=moves_on or course.starts_on,
            term_template=None, confirmed=confirmed, on=on, by=by,
        )  # fmt: skip
    participant = enrolment.participant
    if way is TakeOver.PLACE:
        made: Base = enrol_participant(
            participant, course_date=course, starts_on=max(on, course.starts_on),
            confirmed=confirmed, on=on, by=by,
        )  # fmt: skip
    else:
        make = _invoice if way is TakeOver.INVOICE else _offer
        made = make(participant, course, on=on, by=by)
    log_activity(enrolment, "enrolment.taken_over", by=by, course=course.title)
    return made


def plan_take_over(
    enrolment: Enrolment, *, way: TakeOver, moves_on: date | None = None, on: date
) -> Next:
    """What `take_over` would make. Raises `DomainError` where it cannot be done."""
    course = _next_of(enrolment, on)
    name = enrolment.participant.name
    if enrolment.contract_id is not None:
        contract = db.session.get_one(Contract, enrolment.contract_id)
        day = moves_on or course.starts_on
        refuse_move(contract, course, day)
        return Next(_("%(name)s: %(contract)s zieht am %(day)s um", name=name, contract=contract,
                      day=f"{day:%d.%m.%Y}"))  # fmt: skip
    if way is TakeOver.PLACE:
        return Next(_("%(name)s: Platz, ohne dass etwas berechnet wird", name=name))
    line = course_line(enrolment.participant, course, course.starts_on)
    rows = make_positions(DraftPosition, enrolment.customer, [line])
    return Next(f"{name}: {way.label}", price(rows, company()).gross)


def free_places(course_date: CourseDate, on: date) -> int | None:
    """How many places the follow-up course has left, drafts not counted; None without a limit."""
    if course_date.capacity is None:
        return None
    first = max(on, course_date.starts_on)
    return max(course_date.capacity - fullest_day(course_date, first, None).taken, 0)


# --- parts ------------------------------------------------------------------------------------


def _next_of(enrolment: Enrolment, on: date) -> CourseDate:
    """The follow-up course, where this place can go on to it."""
    course, participant = enrolment.course_date.follow_up, enrolment.participant
    if course is None:
        raise DomainError(_("Bitte zuerst den Folgekurs anlegen."))
    if course.state is CourseState.CANCELLED:
        raise DomainError(_("„%(course)s“ ist abgesagt.", course=course))
    if enrolment.state is EnrolmentState.REMOVED:
        raise DomainError(_("%(name)s ist aus dem Kurs ausgetragen.", name=participant.name))
    if enrolment.customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt. Bitte den Kunden zuerst entsperren.",
              name=enrolment.customer.name)
        )  # fmt: skip
    if participant.state is not ParticipantState.ACTIVE:
        raise DomainError(
            _("%(name)s ist archiviert. Bitte zuerst wieder aktivieren.", name=participant.name)
        )
    _refuse_twice(participant, course)
    return course


def _refuse_twice(participant: Participant, course: CourseDate) -> None:
    """A place, a draft or an offer for the same course: whoever has one goes on already."""
    there = select(Enrolment.id).where(
        Enrolment.participant_id == participant.id,
        Enrolment.course_date_id == course.id,
        Enrolment.state != EnrolmentState.REMOVED,
    )
    if db.session.scalar(there.limit(1)) is not None:
        raise DomainError(_("%(name)s ist schon im Folgekurs.", name=participant.name))
    open_offer = OfferPosition.offer_id.in_(
        select(Offer.id).where(Offer.state.in_([OfferState.DRAFT, OfferState.OPEN]))
    )
    for model, lives in ((DraftPosition, None), (OfferPosition, open_offer)):
        lines = select(cast(Any, model).id).where(
            cast(Any, model).participant_id == participant.id,
            cast(Any, model).course_date_id == course.id,
        )
        if db.session.scalar((lines if lives is None else lines.where(lives)).limit(1)) is not None:
            raise DomainError(
                _("Für %(name)s gibt es schon einen Entwurf oder ein Angebot mit „%(course)s“.",
                  name=participant.name, course=course)
            )  # fmt: skip


def _invoice(participant: Participant, course: CourseDate, *, on: date, by: Actor) -> Invoice:
    customer, line = participant.customer, course_line(participant, course, course.starts_on)
    drafts = select(Invoice).where(
        Invoice.customer_id == customer.id, Invoice.state == InvoiceState.DRAFT,
        Invoice.draft_positions.any(DraftPosition.course_date_id == course.id),
        Invoice.voucher_wish.is_(None), Invoice.intro.is_(None), Invoice.closing.is_(None),
        Invoice.down_payment == ZERO,
    )  # fmt: skip
    draft = db.session.scalars(drafts.order_by(Invoice.id)).first()
    if draft is None:
        return save_draft(
            customer, positions=[line], payment_method=usual_method(customer, line), on=on, by=by
        )
    return save_draft(
        customer, positions=[*map(as_input, draft.draft_positions), line], invoice=draft,
        payment_method=draft.payment_method, method_locked=draft.method_locked,
        credit_to_use=draft.credit_to_use, send_mail=draft.send_mail,
        instalments=draft.instalments, revision=draft.revision, on=on, by=by,
    )  # fmt: skip


def _offer(participant: Participant, course: CourseDate, *, on: date, by: Actor) -> Offer:
    customer, line = participant.customer, course_line(participant, course, course.starts_on)
    drafts = select(Offer).where(
        Offer.customer_id == customer.id, Offer.state == OfferState.DRAFT,
        Offer.positions.any(OfferPosition.course_date_id == course.id),
    )  # fmt: skip
    draft = db.session.scalars(drafts.order_by(Offer.id)).first()
    if draft is None:
        return save_offer(
            customer, positions=[line], payment_method=usual_method(customer, line), on=on, by=by
        )
    return save_offer(
        customer, positions=[*map(as_input, draft.positions), line], offer=draft,
        payment_method=draft.payment_method, method_locked=draft.method_locked, text=draft.text,
        valid_until=draft.valid_until, revision=draft.revision, on=on, by=by,
    )  # fmt: skip
