"""What dunning changes on an invoice: a fee as a position without VAT, and a later due date.

Both are new versions; the number stays and the older versions stay readable (spec D-08).
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    DunningEntry,
    DunningStage,
    Enrolment,
    EnrolmentState,
    Invoice,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    PositionKind,
    Unit,
    company,
)
from kutego.money import MOST, ZERO, is_amount
from kutego.operations import issuing
from kutego.operations.activity import log_activity
from kutego.operations.credit_booking import change_open
from kutego.operations.default_interest import default_since
from kutego.operations.dunning_plan import left_out
from kutego.operations.dunning_rules import LeftOut
from kutego.operations.dunning_runs import HIGHEST_FEE
from kutego.operations.positions import PositionInput
from kutego.operations.pricing import price
from kutego.operations.reasons import given_reason
from kutego.texts import gettext as _

BY_HAND = {  # why an invoice is not dunned, so that no stage will charge a fee
    LeftOut.STOPPED, LeftOut.CUSTOMER_STOPPED, LeftOut.METHOD, LeftOut.DONE,
}  # fmt: skip
COPIED = tuple(name for name in PositionInput.__annotations__ if name != "key")


@operation
def add_dunning_fee(
    invoice: Invoice, *, amount: Decimal, reason: str, on: date, by: Actor
) -> InvoiceVersion:
    """Charge a dunning fee by hand, where the invoice is not dunned by itself (spec INV-23)."""
    reason = given_reason(reason)
    if not is_amount(amount) or not ZERO < amount <= HIGHEST_FEE:
        raise DomainError(_("Die Mahngebühr liegt zwischen 0,01 € und 50,00 €."))
    _refuse_reissue(invoice, on)
    if left_out(invoice, on, by_hand=True) not in BY_HAND:
        raise DomainError(
            _("%(number)s wird gemahnt, und die Gebühr kommt mit der Mahnstufe von selbst dazu. "
              "Bitte stoppen Sie das Mahnen, wenn Sie sie selbst festlegen wollen.", number=invoice)
        )  # fmt: skip
    if default_since(invoice, before=on) is None:
        raise DomainError(
            _("%(number)s ist noch nicht im Verzug: Die erste Mahnung ist kostenlos (§ 286 BGB).",
              number=invoice)
        )  # fmt: skip
    return add_fee(invoice, _("Mahngebühr"), amount, reason=reason, on=on, by=by)


@operation
def defer_invoice(
    invoice: Invoice, *, due_on: date, reason: str, on: date, by: Actor
) -> InvoiceVersion:
    """Give the customer until another day to pay; stages that come follow it (spec DUN-18)."""
    reason = given_reason(reason)
    _refuse_reissue(invoice, on)
    if due_on == invoice.due_on:
        raise DomainError(_("%(number)s ist schon an diesem Tag fällig.", number=invoice))
    if due_on < on:
        raise DomainError(_("Der neue Zahlungstermin liegt in der Vergangenheit. Bitte prüfen."))
    before, invoice.due_on = invoice.due_on, due_on
    version = reissue(invoice, [], reason=reason, on=on, by=by)
    log_activity(
        invoice, "invoice.deferred", by=by, old=before, due_on=due_on, personal={"reason": reason}
    )
    return version


def stage_fee(invoice: Invoice, stage: DunningStage, on: date) -> Decimal:
    """What a stage costs for this invoice: nothing where it cannot or must not be charged.

    Not for the letter that begins the default (§ 286 BGB), not beside the lump sum of § 288 (5)
    BGB, which is set off against it, and not where the invoice can have no new version.
    """
    if stage.fee <= 0 or invoice.cancelled > 0 or on < invoice.current.issued_on:
        return ZERO
    if invoice.customer.is_company and stage.run.claims_lump_sum:
        return ZERO
    is_charged = select(DunningEntry.id).where(
        DunningEntry.invoice_id == invoice.id, DunningEntry.stage_id == stage.id
    )
    if default_since(invoice, before=on) is None or db.session.scalar(is_charged) is not None:
        return ZERO
    return stage.fee if invoice.total + stage.fee <= MOST else ZERO


def add_fee(
    invoice: Invoice, text: str, amount: Decimal, *, reason: str, on: date, by: Actor
) -> InvoiceVersion:
    """The next version of an invoice with one more position, the fee. Joins a transaction."""
    used = {position.key for position in invoice.current.positions}
    fee = InvoicePosition(
        key=next(key for key in (f"m{n}" for n in range(1, 1000)) if key not in used),
        kind=PositionKind.DUNNING_FEE, text=text, quantity=Decimal("1.00"), unit=Unit.FLAT,
        unit_price=amount, discount_percent=ZERO, vat_rate=ZERO,
    )  # fmt: skip
    version = reissue(invoice, [fee], reason=reason, on=on, by=by)
    log_activity(invoice, "invoice.fee_added", by=by, fee=amount, version=version.version)
    return version


def suspend_places(invoice: Invoice, *, by: Actor) -> int:
    """Let the places that an invoice is for rest until it is paid (spec DUN-19)."""
    contracts = {p.contract_id for p in invoice.current.positions} - {None}
    query = select(Enrolment).where(
        (Enrolment.invoice_id == invoice.id) | Enrolment.contract_id.in_(contracts),
        Enrolment.customer_id == invoice.customer_id,
        Enrolment.state == EnrolmentState.ACTIVE,
    )
    places = db.session.scalars(query.order_by(Enrolment.id)).all()
    resting = [place for place in places if not place.is_suspended]
    for place in resting:
        place.suspended_for = invoice
        log_activity(place, "enrolment.suspended", by=by, number=invoice.number)
    return len(resting)


@operation
def resume_place(enrolment: Enrolment, *, on: date, by: Actor) -> None:
    """Let a participant come again although the invoice is still unpaid."""
    if not enrolment.is_suspended:
        raise DomainError(_("Dieser Platz ruht nicht."))
    enrolment.suspended_for = None
    log_activity(enrolment, "enrolment.resumed", by=by)


# --- parts ------------------------------------------------------------------------------------


def _refuse_reissue(invoice: Invoice, on: date) -> None:
    if invoice.state is not InvoiceState.ISSUED or invoice.open_amount <= 0:
        raise DomainError(_("%(number)s ist nicht offen.", number=invoice))
    if invoice.cancelled > 0:
        raise DomainError(
            _("%(number)s ist teilweise storniert und bleibt, wie sie ist.", number=invoice)
        )
    if on < invoice.current.issued_on:
        raise DomainError(_("Die neue Fassung kann nicht älter sein als die vorige."))


def reissue(
    invoice: Invoice, more: list[InvoicePosition], *, reason: str, on: date, by: Actor
) -> InvoiceVersion:
    """The positions as they are, and `more`, as the next version. Joins a transaction."""
    lines = [
        InvoicePosition(
            key=old.key, participant=old.participant,
            **{name: getattr(old, name) for name in COPIED},
        )
        for old in invoice.current.positions
    ]  # fmt: skip
    lines += more
    for place, line in enumerate(lines, start=1):
        line.place = place
    priced = price(lines, company())
    version = issuing.write_version(invoice, lines, priced, taken=[], reason=reason, on=on, by=by)
    change_open(invoice)
    db.session.flush()
    return version
