"""A participant goes to another customer: parents part, a dog is sold (spec PAR-16).

What is over stays where it is, and so does every document. What is still to come goes along, and
with it who pays for it. To move back is the same again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Appointment,
    AppointmentState,
    Contract,
    ContractState,
    Customer,
    CustomerFile,
    CustomerState,
    CustomValue,
    DraftPosition,
    Enrolment,
    EnrolmentState,
    MakeUpClaim,
    MakeUpState,
    Offer,
    OfferPosition,
    OfferState,
    Participant,
    UnitQuota,
    WaitlistEntry,
    WaitlistState,
)
from kutego.operations.activity import log_activity
from kutego.texts import gettext as _
from kutego.texts import ngettext

RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)
WAITING = (WaitlistState.WAITING, WaitlistState.OFFERED)
# Tables with a line about a participant that stay with whoever they were written for. Notes and
# attendance name the participant alone and go along by themselves.
STAYING = frozenset(
    {"attendance", "booking_position", "day_compensation", "draft_position", "instalment_line",
     "invoice_position", "offer_position"}
)  # fmt: skip


@dataclass
class Move:
    """What goes along: the rows by what they are, and a sentence for each kind."""

    rows: list[Any] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def plan_move(participant: Participant, *, with_contracts: bool, on: date) -> Move:
    """What goes to the new customer on `on`; the move and its preview."""
    plan, pid = Move(), participant.id
    places = _all(
        select(Enrolment).where(
            Enrolment.participant_id == pid,
            Enrolment.state == EnrolmentState.ACTIVE,
            or_(
                Enrolment.ends_on.is_(None),
                Enrolment.ends_on >= on,
                Enrolment.contract_id.is_not(None),
            ),
        )
    )
    contracts = _all(
        select(Contract).where(Contract.participant_id == pid, Contract.state.in_(RUNNING))
    )
    _take(plan, places, [_("Platz in „%(course)s“", course=p.course_date) for p in places])
    if with_contracts:
        told = [
            _("Vertrag %(number)s: die Rechnungen ab dem %(day)s bekommt der neue Kunde",
              number=contract, day=f"{contract.next_invoice_on:%d.%m.%Y}")
            for contract in contracts
        ]  # fmt: skip
        _take(plan, contracts, told)
    else:
        plan.sentences += [
            _("Vertrag %(number)s bleibt: der bisherige Kunde zahlt weiter.", number=contract)
            for contract in contracts
        ]
    _take_rest(plan, pid)
    plan.sentences.append(
        _("Rechnungen, Angebote und was vorbei ist bleiben beim bisherigen Kunden.")
    )
    return plan


def move_participant(
    participant: Participant, *, customer: Customer, with_contracts: bool, on: date, by: Actor
) -> Participant:
    """Give a participant to another customer, who pays from now on.

    Both customers are locked in their order first, so that neither a billing run nor a second
    move comes in between.
    """
    with transaction(participant, customer):
        old = participant.customer
        _refuse(participant, old, customer)
        plan = plan_move(participant, with_contracts=with_contracts, on=on)
        log_activity(participant, "participant.moved_away", by=by, other=customer.number)
        for row in plan.rows:
            row.customer_id = customer.id
        participant.customer_id = customer.id
        participant.revision += 1
        db.session.flush()
        db.session.expire_all()
        for each in (old, customer):
            each.refresh_keys()
        log_activity(participant, "participant.moved_here", by=by, other=old.number)
        return participant


# --- parts ------------------------------------------------------------------------------------


def _all(query: Any) -> list[Any]:
    return list(db.session.scalars(query))


def _take(plan: Move, rows: Sequence[Any], sentences: Sequence[str]) -> None:
    plan.rows += rows
    plan.sentences += sentences


def _take_rest(plan: Move, pid: int) -> None:
    """What is counted rather than named: claims, units, waiting lists, appointments, papers."""
    claims = _all(
        select(MakeUpClaim).where(
            MakeUpClaim.participant_id == pid,
            MakeUpClaim.state.in_([MakeUpState.OPEN, MakeUpState.USED]),
        )
    )
    quotas = _all(select(UnitQuota).where(UnitQuota.participant_id == pid))
    waiting = _all(
        select(WaitlistEntry).where(
            WaitlistEntry.participant_id == pid, WaitlistEntry.state.in_(WAITING)
        )
    )
    papers = [
        *_all(select(CustomValue).where(CustomValue.participant_id == pid)),
        *_all(select(CustomerFile).where(CustomerFile.participant_id == pid)),
    ]
    slots = _all(
        select(Appointment).where(
            Appointment.participant_id == pid, Appointment.state == AppointmentState.PLANNED
        )
    )
    units = sum(quota.left for quota in quotas)
    for rows, one, many, count in (
        (claims, "1 Nachholtag", "%(count)s Nachholtage", len(claims)),
        (quotas, "1 Einheit aus Paketen", "%(count)s Einheiten aus Paketen", units),
        (waiting, "1 Eintrag auf einer Warteliste", "%(count)s Einträge auf Wartelisten",
         len(waiting)),
        (slots, "1 Einzeltermin", "%(count)s Einzeltermine", len(slots)),
        (papers, "1 Zusatzfeld oder Dokument", "%(count)s Zusatzfelder und Dokumente",
         len(papers)),
    ):  # fmt: skip
        _take(plan, rows, [ngettext(one, many, count)] if rows else [])


def _refuse(participant: Participant, old: Customer, new: Customer) -> None:
    if new.id == old.id:
        raise DomainError(_("%(name)s gehört schon zu diesem Kunden.", name=participant.name))
    if new.state is not CustomerState.ACTIVE:
        raise DomainError(
            _("%(name)s ist nicht aktiv. Bitte einen anderen Kunden wählen.", name=new.name)
        )
    drafts = _all(
        select(DraftPosition.invoice_id).where(DraftPosition.participant_id == participant.id)
    )
    offers = _all(
        select(Offer.number)
        .join(OfferPosition, OfferPosition.offer_id == Offer.id)
        .where(
            OfferPosition.participant_id == participant.id,
            Offer.state.in_([OfferState.DRAFT, OfferState.OPEN]),
        )
    )
    if drafts or offers:
        raise DomainError(
            _("%(name)s steht noch auf einem Rechnungsentwurf oder einem offenen Angebot von "
              "%(customer)s. Bitte dort zuerst herausnehmen oder zurückziehen.",
              name=participant.name, customer=old.name)
        )  # fmt: skip
