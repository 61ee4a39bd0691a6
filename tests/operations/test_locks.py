"""What a locked customer may not, and what goes on all the same (CUS-36 to 39, D-07)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CustomerState,
    EmployeeState,
    Message,
    MessageState,
    OfferState,
    PaymentMethod,
    PositionKind,
)
from kutego.operations.billing import bill_contract
from kutego.operations.customers import lock_customer, unlock_customer
from kutego.operations.employee_removal import remove_employee
from kutego.operations.employees import deactivate_employee
from kutego.operations.leaving import standing_of
from kutego.operations.offer_answers import accept_offer
from kutego.operations.payments import record_payment
from tests import factories
from tests.factories import ANNA, DAY


def test_a_locked_customer_books_nothing_and_is_told_nothing_but_pays_and_is_billed(app):
    owner = factories.customer()
    contract = factories.contract(owner)
    offer = factories.offer(of=owner)
    dog, course = owner.participants[0], factories.course_date()
    lesson = factories.line(kind=PositionKind.COURSE, participant_id=dog.id,
                            course_date_id=course.id)  # fmt: skip
    before = len(db.session.scalars(select(Message)).all())

    lock_customer(owner, reason="Ärger", on=DAY, by=ANNA)

    standing = standing_of([owner.id])
    assert (standing.open_invoices, standing.contracts, standing.offers) == (1, 1, 1)
    assert len(db.session.scalars(select(Message)).all()) == before  # the customer hears nothing
    with pytest.raises(DomainError, match="gesperrt"):
        factories.invoice(lesson, of=owner)
    with pytest.raises(DomainError, match="gesperrt"):
        factories.contract_by_hand(owner)
    with pytest.raises(DomainError, match="gesperrt"):
        factories.offer(of=owner)
    with pytest.raises(DomainError) as refusal:
        accept_offer(offer, version=offer.version, consents={}, on=DAY)
    assert "Ärger" not in str(refusal.value)
    assert offer.state is OfferState.OPEN

    fee = factories.invoice(factories.line("5.00", text="Mahngebühr"), of=owner)
    record_payment(fee, amount=Decimal("5.00"), method=PaymentMethod.ON_SITE, paid_on=DAY, on=DAY,
                   by=ANNA)  # fmt: skip
    later = contract.next_invoice_on + timedelta(days=1)
    with clock.at(clock.noon(later)):
        bill_contract(contract, on=later, by=ANNA)

    told = db.session.scalars(select(Message).order_by(Message.id)).all()[before:]
    assert told
    assert {message.state for message in told} == {MessageState.SUPPRESSED}
    unlock_customer(owner, reason="Hat gezahlt", on=DAY, by=ANNA)
    assert (owner.state, owner.lock_reason) == (CustomerState.ACTIVE, None)


def test_somebody_who_works_here_is_not_locked_out_and_leaves_in_two_steps(app):
    """CUS-34: first the login, then the role; the customer record stays."""
    boss, leaver = factories.employee(), factories.employee(last_name="Weggang")
    customer, course = leaver.customer, factories.course_date(instructor_id=leaver.id)
    by = factories.ANNA.__class__("Petra Kuhn", boss.id)

    with pytest.raises(DomainError, match="ist Mitarbeiter"):
        lock_customer(customer, reason="x", on=DAY, by=by)
    with pytest.raises(DomainError, match="zuerst deaktivieren"):
        remove_employee(leaver, on=DAY, by=by)
    deactivate_employee(leaver, on=DAY, by=by)
    assert leaver.state is EmployeeState.INACTIVE
    with pytest.raises(DomainError, match="anderer Mitarbeiter"):
        remove_employee(leaver, on=DAY, by=ANNA)

    remove_employee(leaver, on=DAY, by=by)

    assert customer.employee is None
    assert course.instructor_id is None
    lock_customer(customer, reason="x", on=DAY, by=by)
