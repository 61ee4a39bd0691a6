"""How a contract comes into the world: from the first position that sells a term."""

from datetime import date

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.models import (
    Contract,
    ContractPeriod,
    CourseDate,
    Invoice,
    InvoicePosition,
    NumberKind,
    Participant,
    TermTemplate,
)
from kutego.operations.activity import log_activity
from kutego.operations.numbers import draw_number
from kutego.periods import DAY, period_from
from kutego.texts import gettext as _


def make_contract(
    invoice: Invoice,
    line: InvoicePosition,
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
        customer_id=invoice.customer_id,
        participant_id=participant.id,
        course_date_id=course_date.id,
        term_template_id=template.id,
        offer_id=invoice.offer_id,
        text=_("%(course)s (%(term)s)", course=course_date.title, term=template.name),
        price=line.unit_price * line.quantity,
        discount_percent=line.discount_percent,
        vat_rate=line.vat_rate,
        payment_method=invoice.payment_method,
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
            contract_id=contract.id, first=first.first, last=first.last, invoice_id=invoice.id
        )
    )
    log_activity(contract, "contract.created", by=by, starts_on=starts_on, price=contract.price)
    return contract
