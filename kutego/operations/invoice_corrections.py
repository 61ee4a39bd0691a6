"""Correcting an open invoice: every change is a new version, the older ones stay readable."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Contract,
    Invoice,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    PaymentMethod,
    company,
)
from kutego.models.payment_method import Offering
from kutego.money import ZERO, euro, is_amount
from kutego.operations import issuing
from kutego.operations.activity import log_activity
from kutego.operations.cancellation_plan import RUNNING
from kutego.operations.credit_booking import change_open, use_credit
from kutego.operations.effect import Given
from kutego.operations.effects import (
    effect_of,
    give_back_all,
    given_by,
    lock_given,
    take_all,
)
from kutego.operations.invoices import mail_invoice, refuse_changed, refuse_total
from kutego.operations.payment_methods import narrowing, narrowing_codes, refuse_method
from kutego.operations.positions import PositionInput, make_positions
from kutego.operations.pricing import price
from kutego.operations.reasons import given_reason
from kutego.operations.redemptions import lower_again, vouchers_on
from kutego.texts import gettext as _

SOLD = ("kind", "starts_on", "begins_at", "ends_at")
LINKS = (*SOLD, *(name for name in PositionInput.__annotations__ if name.endswith("_id")))


@operation
def edit_invoice(
    invoice: Invoice,
    *,
    positions: Sequence[PositionInput],
    reason: str,
    payment_method: PaymentMethod | None = None,
    use_credit_amount: Decimal = ZERO,
    current_address: bool = False,
    remove_participants: bool = True,
    send_mail: bool = False,
    revision: int | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> InvoiceVersion:
    """Correct an open invoice by a new version; the number stays, older versions stay readable.

    Refused when paid, when cancelled in part, or below what is paid already (spec INV-36, D-23).
    `current_address` takes the customer's address of today over (INV-41). New course positions
    give a place, those that go take it back.
    """
    reason = given_reason(reason)
    refuse_changed(invoice, revision)
    refuse_edit(invoice, on)
    old = {position.key: position for position in invoice.current.positions}
    method = payment_method or invoice.payment_method
    refuse_method(method, invoice.payment_method, _narrowing(invoice, method, positions, old))
    lines = make_positions(InvoicePosition, invoice.customer, positions, keys=old)
    _refuse_other_links(old, lines)
    kept = {line.key for line in lines}
    gone = [position for key, position in sorted(old.items()) if key not in kept]
    given = [g for g in given_by(invoice, gone) if remove_participants or not g.optional]
    _ask_giving_back(given, [position.contract for position in gone], confirmed)
    new = [line for line in lines if line.key not in old]
    lock_given(given, new, also=vouchers_on(invoice))
    give_back_all(given, on=on, by=by)
    take_all(invoice, new, confirmed=confirmed, on=on, by=by)
    lower_again(invoice, lines, on=on, by=by)
    priced = price(lines, company())
    _check_total(invoice, priced.gross, use_credit_amount)
    if payment_method is not None:
        invoice.payment_method = payment_method
    if current_address:
        invoice.email = invoice.customer.email
    version = issuing.write_version(
        invoice, lines, priced, taken=[issuing.credit_taken(use_credit_amount)], reason=reason,
        current_address=current_address, on=on, by=by,
    )  # fmt: skip
    if use_credit_amount > 0:
        use_credit(invoice, use_credit_amount, on=on, by=by)
    change_open(invoice)
    log_activity(
        invoice, "invoice.edited", by=by, version=version.version, total=priced.gross,
        personal={"reason": reason},
    )  # fmt: skip
    if send_mail:
        mail_invoice(invoice, "invoice_new_version")
    return version


# --- parts ------------------------------------------------------------------------------------


def _narrowing(
    invoice: Invoice,
    method: PaymentMethod,
    positions: Sequence[PositionInput],
    old: Mapping[str, InvoicePosition],
) -> list[Offering]:
    """Another method is asked of everything, the one that it has only of what is new."""
    if method is invoice.payment_method:
        return narrowing(_new(positions, old))
    return [*narrowing(positions), *narrowing_codes(vouchers_on(invoice))]


def _new(
    positions: Sequence[PositionInput], old: Mapping[str, InvoicePosition]
) -> list[PositionInput]:
    return [line for line in positions if line.key not in old]


def refuse_edit(invoice: Invoice, on: date) -> None:
    """Only what is open, whole and not of a later day gets a new version (spec INV-36)."""
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("Ein Entwurf wird nicht korrigiert, sondern bearbeitet."))
    if on < invoice.current.issued_on:
        raise DomainError(_("Die neue Fassung kann nicht älter sein als die vorige."))
    if invoice.open_amount <= 0:
        raise DomainError(
            _("%(number)s ist nicht mehr offen. Bitte stornieren statt ändern.", number=invoice)
        )
    if invoice.cancelled > 0:
        raise DomainError(
            _("%(number)s ist teilweise storniert und bleibt, wie sie ist.", number=invoice)
        )


def _check_total(invoice: Invoice, gross: Decimal, credit: Decimal) -> None:
    refuse_total(gross)
    if not is_amount(credit) or credit < 0:
        raise DomainError(_("Bitte das Guthaben in Euro und Cent eingeben."))
    if gross < invoice.paid + credit:
        raise DomainError(
            _("Es sind schon %(paid)s bezahlt oder verrechnet. Der neue Betrag darf nicht "
              "darunter liegen; bitte sonst stornieren.", paid=euro(invoice.paid + credit))
        )  # fmt: skip


def _ask_giving_back(
    given: Sequence[Given], contracts: Sequence[Contract | None], confirmed: frozenset[str]
) -> None:
    """What is lost is told before it is done, as when positions are cancelled (INV-42)."""
    if not given or "leave" in confirmed:
        return
    raise NeedsConfirmation(
        "leave",
        _("Mit den entfernten Positionen endet, was sie gegeben haben. Positionen entfernen?"),
        (
            *(thing.sentence for thing in given),
            *(_("Vertrag %(number)s läuft weiter und wird weiter abgerechnet.", number=contract)
              for contract in dict.fromkeys(contracts) if contract and contract.state in RUNNING),
        ),
    )  # fmt: skip


def _refuse_other_links(
    old: Mapping[str, InvoicePosition], lines: Sequence[InvoicePosition]
) -> None:
    """What was sold to whom stays with a position; another course is another position."""
    for line in lines:
        before = old.get(line.key)
        if before is None:
            continue
        names = (*LINKS, "quantity") if effect_of(line.kind).counts else LINKS
        if any(getattr(before, name) != getattr(line, name) for name in names):
            raise DomainError(
                _("Was „%(text)s“ verkauft und an wen, lässt sich nicht ändern. Bitte die Position "
                  "entfernen und eine neue hinzufügen.", text=before.text)
            )  # fmt: skip
