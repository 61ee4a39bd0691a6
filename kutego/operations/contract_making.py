"""How a contract comes into the world: from the first position that sells a term, or by hand."""

from datetime import date
from decimal import Decimal

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
from kutego.operations.contracts import check_dates, place_until
from kutego.operations.effect import Sale
from kutego.operations.enrolments import enrol
from kutego.operations.numbers import draw_number
from kutego.operations.payment_methods import refuse_method
from kutego.periods import DAY, period_from
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

    `first_invoice_on` is where billing begins (default: the start), for a fixed cut-off day; the
    days before it are free. `billing_day` is the anchor of the month (default: that day's). Price
    and discount default to the template's and the customer's.
    """
    price = term_template.price if price is None else price
    discount = customer.permanent_discount if discount_percent is None else discount_percent
    method = payment_method or customer.payment_method
    refuse_method(method)
    _check_sale(customer, participant, course_date, price, discount)
    first = first_invoice_on or starts_on
    anchor = billing_day or first.day
    check_dates(starts_on, first - DAY, first, anchor)
    lock(db.session(), [course_date])  # before any number is drawn
    contract = Contract(
        customer_id=customer.id,
        participant_id=participant.id,
        course_date_id=course_date.id,
        payment_method=method,
        price=price,
        discount_percent=discount,
        billing_day=anchor,
        starts_on=starts_on,
        ends_on=first - DAY,
        next_invoice_on=first,
        **_terms(course_date, term_template),
    )
    return _begin(contract, participant, course_date, confirmed=confirmed, by=by)


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
    first = period_from(starts_on, template.interval_months, starts_on.day)
    contract = Contract(
        number=draw_number(NumberKind.CONTRACT, on=clock.today()),
        customer_id=sale.customer_id,
        participant_id=participant.id,
        course_date_id=course_date.id,
        term_template_id=template.id,
        offer_id=sale.offer_id,
        text=_("%(course)s (%(term)s)", course=course_date.title, term=template.name),
        price=line.unit_price * line.quantity,
        discount_percent=line.discount_percent,
        vat_rate=line.vat_rate,
        payment_method=sale.payment_method,
        interval_months=template.interval_months,
        minimum_months=template.minimum_months,
        notice_months=template.notice_months,
        billing_day=starts_on.day,
        starts_on=starts_on,
        ends_on=first.last,
        next_invoice_on=first.last + DAY,
        created_at=clock.now(),
    )
    db.session.add(contract)
    db.session.flush()
    db.session.add(
        ContractPeriod(
            contract_id=contract.id,
            first=first.first,
            last=first.last,
            invoice_id=sale.id if isinstance(sale, Invoice) else None,
        )
    )
    log_activity(contract, "contract.created", by=by, starts_on=starts_on, price=contract.price)
    return contract


# --- parts ------------------------------------------------------------------------------------


def _terms(course_date: CourseDate, term: TermTemplate) -> dict[str, object]:
    """What the contract takes over from its template; later changes there leave it (CON-25)."""
    return {
        "term_template_id": term.id,
        "text": _("%(course)s (%(term)s)", course=course_date.title, term=term.name),
        "vat_rate": term.vat_rate,
        "interval_months": term.interval_months,
        "minimum_months": term.minimum_months,
        "notice_months": term.notice_months,
    }


def _begin(
    contract: Contract,
    participant: Participant,
    course_date: CourseDate,
    *,
    confirmed: frozenset[str],
    by: Actor,
) -> Contract:
    contract.number = draw_number(NumberKind.CONTRACT, on=clock.today())
    contract.created_at = clock.now()
    db.session.add(contract)
    db.session.flush()
    enrol(
        participant, course_date, starts_on=contract.starts_on, ends_on=place_until(contract),
        contract_id=contract.id, confirmed=confirmed, by=by,
    )  # fmt: skip
    log_activity(
        contract, "contract.created", by=by, starts_on=contract.starts_on, price=contract.price
    )
    return contract


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
        raise DomainError(_("Der Teilnehmer gehört nicht zu diesem Kunden."))
    if course_date.kind is not CourseKind.RUNNING or course_date.state is CourseState.CANCELLED:
        raise DomainError(_("Bitte einen Dauerkurs auswählen, der stattfindet."))
    if not is_amount(price) or not 0 <= price <= MOST:
        raise DomainError(_("Bitte einen Preis in Euro und Cent eingeben."))
    if not is_amount(discount) or not 0 <= discount <= 100:
        raise DomainError(_("Der Rabatt liegt zwischen 0 und 100 Prozent."))
