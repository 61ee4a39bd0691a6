"""A year of a contract: billed, shifted over a closure, cancelled once, terminated, ended."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego import clock, jobs
from kutego.db import db
from kutego.models import (
    ContractPeriod,
    ContractState,
    DepositKind,
    Enrolment,
    Invoice,
    Message,
    PaymentMethod,
)
from kutego.operations.billing import bill_period_again
from kutego.operations.cancellations import cancel_positions
from kutego.operations.contracts import shift_contract
from kutego.operations.credit import deposit_credit
from kutego.operations.payments import record_payment
from kutego.operations.terminations import terminate_contract
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA

BEGIN = date(2027, 1, 31)


class Year:
    """The business lives on day by day; the jobs run every morning."""

    def __init__(self):
        self.today = BEGIN

    def until(self, day):
        while self.today < day:
            self.today += timedelta(days=1)
            with clock.at(clock.noon(self.today)):
                jobs.run_job("bill_contracts", self.today)
                jobs.run_job("dunning", self.today)


def test_a_year_of_a_contract(app):
    year = Year()
    contract = factories.contract(starts_on=BEGIN, minimum_months=6)
    customer = contract.customer

    # the first quarter is billed on the last of each month, and paid late
    year.until(date(2027, 3, 31))
    for invoice in invoices():
        record_payment(
            invoice, amount=invoice.open_amount, method=PaymentMethod.BANK_TRANSFER,
            paid_on=year.today, on=year.today, by=ANNA,
        )  # fmt: skip
    assert [(i.issued_on, i.total) for i in invoices()] == [
        (date(2027, 1, 31), Decimal("49.00")),
        (date(2027, 2, 28), Decimal("49.00")),
        (date(2027, 3, 31), Decimal("49.00")),
    ]

    # the hall is closed in April and May: two months later, the place is kept
    shift_contract(contract, months=2, reason="Umbau", notify=True, on=year.today, by=ANNA)
    year.until(date(2027, 6, 29))
    assert len(invoices()) == 3
    assert place().ends_on == date(2027, 6, 29)

    # credit settles June by itself; July is cancelled as the course fell out, and billed again
    deposit_credit(
        customer, amount=Decimal("49.00"), kind=DepositKind.BANK_TRANSFER,
        received_on=year.today, on=year.today, by=ANNA,
    )  # fmt: skip
    year.until(date(2027, 7, 31))
    june, july = invoices()[3:]
    assert (june.issued_on, june.open_amount) == (date(2027, 6, 30), Decimal("0.00"))
    cancel_positions(
        july, reason="Falscher Preis", remove_participants=False, on=year.today, by=ANNA
    )
    bill_period_again(contract, period=contract.periods[4], on=year.today, by=ANNA)

    # what was paid late, and July, which nobody pays: one reminder each, a week after it was due
    year.until(date(2027, 8, 30))
    reminders = select(Message.created_at).where(Message.template == "dunning")
    assert db.session.scalars(reminders.order_by(Message.id)).all() == [
        clock.noon(date(2027, 2, 21)),
        clock.noon(date(2027, 3, 21)),
        clock.noon(date(2027, 8, 21)),
    ]

    # the notice of 10 September ends the contract in the middle of a period, billed by days
    year.until(date(2027, 9, 10))
    terminate_contract(contract, received_on=year.today, on=year.today, by=ANNA)
    year.until(date(2027, 12, 31))
    assert contract.state is ContractState.ENDED
    assert contract.terminated_to == date(2027, 10, 10)
    assert [(p.first, p.last) for p in periods()] == [
        (date(2027, 1, 31), date(2027, 2, 27)),
        (date(2027, 2, 28), date(2027, 3, 30)),
        (date(2027, 3, 31), date(2027, 4, 29)),
        (date(2027, 6, 30), date(2027, 7, 30)),
        (date(2027, 7, 31), date(2027, 8, 30)),
        (date(2027, 7, 31), date(2027, 8, 30)),
        (date(2027, 8, 31), date(2027, 9, 29)),
        (date(2027, 9, 30), date(2027, 10, 10)),
    ]
    assert invoices()[-1].total == Decimal("17.39")  # 11 of 31 days
    assert list(verify()) == []


def invoices():
    return db.session.scalars(select(Invoice).order_by(Invoice.id)).all()


def periods():
    query = select(ContractPeriod).order_by(ContractPeriod.first, ContractPeriod.attempt)
    return db.session.scalars(query).all()


def place():
    return db.session.scalars(select(Enrolment)).one()
