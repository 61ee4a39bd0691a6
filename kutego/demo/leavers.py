"""People who left: one is kept out, one wanted to be forgotten, one was only a mistake."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.demo.house import OFFICE
from kutego.models import Customer, DepositKind, Refund
from kutego.operations.credit import deposit_credit, pay_out_credit
from kutego.operations.customers import create_customer, lock_customer
from kutego.operations.deletions import delete_customer
from kutego.operations.erasures import erase_customer
from kutego.operations.participants import create_participant
from kutego.operations.refunds import mark_refunded

FIFTEEN = Decimal("15.00")


def add_leavers(on: date) -> None:
    """Lock one customer, anonymise another whose money was paid back, delete a third."""
    with clock.at(clock.noon(on)):  # numbers are drawn in the order of their days
        locked, forgotten, mistake = (
            create_customer({"first_name": first, "last_name": last, "email": email}, by=OFFICE)
            for first, last, email in (
                ("Silke", "Streit", "silke.streit@example.org"),
                ("Karin", "Ehemals", "karin.ehemals@example.org"),
                ("Test", "Eingabe", None),
            )
        )
        create_participant(forgotten, {"first_name": "Waldi"}, by=OFFICE)
        _paid_back(forgotten, on)
        lock_customer(locked, reason="Hausverbot nach einem Streit", on=on, by=OFFICE)
        erase_customer(forgotten, on=on, by=OFFICE)
        delete_customer(mistake, on=on, by=OFFICE)


def _paid_back(customer: Customer, on: date) -> None:
    deposit_credit(
        customer, amount=FIFTEEN, kind=DepositKind.ON_SITE, received_on=on, on=on, by=OFFICE
    )
    entry = pay_out_credit(
        customer, amount=FIFTEEN, iban="DE89370400440532013000", account_holder="Karin Ehemals",
        on=on, by=OFFICE,
    )  # fmt: skip
    refund = db.session.scalars(select(Refund).where(Refund.receipt_id == entry.receipt_id)).one()
    mark_refunded(refund, refunded_on=on, on=on, by=OFFICE)
