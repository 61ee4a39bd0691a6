"""How a contract comes into the world: from the first position that sells a term, or by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Contract,
    ContractPeriod,
    CourseDate,
    CourseKind,
    CourseState,
    Customer,
    Invoice,
    NumberKind,
    Participant,
    PaymentMethod,
    TermTemplate,
)
from kutego.models.position import PositionColumns
from kutego.money import MOST, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.contract_start import Start, plan_start, start_by_hand
from kutego.operations.contract_terms import agreed_terms
from kutego.operations.contracts import check_dates, place_until
from kutego.operations.effect import Sale, named_by
from kutego.operations.enrolments import enrol
from kutego.operations.first_periods import bill_first
from kutego.operations.numbers import draw_number
from kutego.operations.payment_methods import refuse_method
from kutego.periods import DAY
from kutego.texts import gettext as _


@operation
def create_contract(
    customer: Customer,
    *,
    participant: Participant,
    course_date: CourseDate,
    term_template: TermTemplate,
    starts_on: date,
    first_invoice_on: date | None = None,
    billing_day: int | None = None,
    price: Decimal | None = None,
    discount_percent: Decimal | None = None,
    payment_method: PaymentMethod | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Contract:
    """Make a contract by hand; the daily job makes its invoices, the first one too.

    Without `first_invoice_on` it begins as the template says (spec CON-28); with it billing begins
    there and the days before are free. `billing_day` is the anchor of the month (default: that
    day's). Price and discount default to the template's and the customer's.
    """
    price = term_template.price if price is None else price
    discount = customer.permanent_discount if discount_percent is None else discount_percent
    method = payment_method or customer.payment_method
    refuse_method(method)
    _check_sale(customer, participant, course_date, price, discount)
    first_on = first_invoice_on or (starts_on if billing_day else None)
    if first_on is None:
        start = plan_start(term_template, price, starts_on)
    else:
        anchor = billing_day or first_on.day
        check_dates(starts_on, first_on - DAY, first_on, anchor)
        start = start_by_hand(term_template, price, starts_on, first_on, anchor)
    lock(db.session(), [course_date])  # before any number is drawn
    contract = Contract(
        customer_id=customer.id,
        participant_id=participant.id,
        course_date_id=course_date.id,
        payment_method=method,
        price=price,
        discount_percent=discount,
        fee_due=term_template.registration_fee,
        **course_terms(course_date, term_template),
        **start.columns(billed=False),
    )
    write_contract(contract, by=by)
    enrol(
        participant, course_date, starts_on=start.place_from, ends_on=place_until(contract),
        contract_id=contract.id, confirmed=confirmed, by=by,
    )  # fmt: skip
    return contract


def make_contract(
    sale: Sale,
    line: PositionColumns,
    course_date: CourseDate,
    participant: Participant,
    starts_on: date,
    *,
    by: Actor,
) -> Contract:
    """The contract behind a position of a running course; the position is its first period.

    Price, discount, rate and payment method are those of the position (spec CON-24, OFF-28).
    """
    template = db.session.get_one(TermTemplate, line.term_template_id)
    start = plan_start(template, line.unit_price * line.quantity, starts_on)
    return sold_contract(
        sale, line, start, by=by, participant_id=participant.id, course_date_id=course_date.id,
        **course_terms(course_date, template),
    )  # fmt: skip


def sold_contract(
    sale: Sale, line: PositionColumns, start: Start, *, by: Actor, **columns: Any
) -> Contract:
    """The contract that `line` sells and bills the first period of, at the price of that one."""
    contract = Contract(
        customer_id=sale.customer_id,
        offer_id=sale.offer_id,
        price=line.unit_price * line.quantity,
        discount_percent=line.discount_percent,
        payment_method=sale.payment_method,
        **columns | {"vat_rate": line.vat_rate} | start.columns(billed=True),
    )
    write_contract(contract, by=by)
    db.session.add(
        ContractPeriod(
            contract_id=contract.id,
            first=start.first.first,
            last=start.first.last,
            **named_by(sale),
        )
    )
    line.contract_id = contract.id
    if isinstance(sale, Invoice):
        sale.contract_id = contract.id
    bill_first(line, start)
    return contract


def write_contract(contract: Contract, *, by: Actor) -> None:
    """Draw the number and write the row. Joins a transaction that has locked what it needs."""
    contract.number = draw_number(NumberKind.CONTRACT, on=clock.today())
    contract.created_at = clock.now()
    db.session.add(contract)
    db.session.flush()
    log_activity(
        contract, "contract.created", by=by, starts_on=contract.starts_on, price=contract.price
    )


def course_terms(course_date: CourseDate, term: TermTemplate) -> dict[str, Any]:
    """What a contract of a running course takes over from its template."""
    return {
        "term_template_id": term.id,
        "text": _("%(course)s (%(term)s)", course=course_date.title, term=term.name),
        **agreed_terms(term),
    }


# --- parts ------------------------------------------------------------------------------------


def _check_sale(
    customer: Customer,
    participant: Participant,
    course_date: CourseDate,
    price: Decimal,
    discount: Decimal,
) -> None:
    if customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=customer.name))
    if participant.customer_id != customer.id:
        raise DomainError(_("Dieser Eintrag ({participant}) gehört nicht zu diesem Kunden."))
    if course_date.kind is not CourseKind.RUNNING or course_date.state is CourseState.CANCELLED:
        raise DomainError(_("Bitte einen Dauerkurs auswählen, der stattfindet."))
    if not is_amount(price) or not 0 <= price <= MOST:
        raise DomainError(_("Bitte einen Preis in Euro und Cent eingeben."))
    if not is_amount(discount) or not 0 <= discount <= 100:
        raise DomainError(_("Der Rabatt liegt zwischen 0 und 100 Prozent."))
