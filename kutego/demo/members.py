"""Memberships, instalments, a pause and a new price of the demo, as of its last day."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.errors import DomainError
from kutego.models import (
    Activation,
    Contract,
    ContractKind,
    ContractState,
    Customer,
    CustomerState,
    FirstInvoice,
    Invoice,
    MembershipTemplate,
    PriceStep,
    StartRule,
)
from kutego.operations.contract_prices import change_contract_price
from kutego.operations.instalments import agree_instalments
from kutego.operations.master_data import save_record
from kutego.operations.memberships import create_membership
from kutego.operations.pauses import pause_contract

MEMBERS = 5
TEMPLATES = (
    {"name": "Vereinsmitglied", "price": Decimal("12.00"), "minimum_months": 12,
     "holder_discount": Decimal("10.00"), "registration_fee": Decimal("15.00"),
     "start_rule": StartRule.CUT_OFF, "cut_off_day": 1, "first_invoice": FirstInvoice.PRO_RATA},
    {"name": "Platzkarte", "price": Decimal("19.00"), "activation": Activation.ON_PAYMENT},
    {"name": "Probe-Mitgliedschaft", "price": Decimal("12.00"), "trial_days": 28,
     "activation": Activation.TRIAL},
)  # fmt: skip


def add_members(on: date) -> None:
    """A few members of each kind, an invoice in three parts, one contract that rests."""
    with clock.at(clock.noon(on)), transaction():
        templates = [save_record(MembershipTemplate(), t, by=OFFICE) for t in TEMPLATES]
        known = select(Customer).where(~Customer.is_staff, Customer.state == CustomerState.ACTIVE)
        people = db.session.scalars(known.order_by(Customer.id).offset(2).limit(MEMBERS)).all()
        for n, customer in enumerate(people):
            create_membership(
                customer, membership_template=templates[n % len(templates)], starts_on=on, on=on,
                by=OFFICE,
            )  # fmt: skip
        _agree(on)
        _rest_and_rise(on)


def _agree(on: date) -> None:
    """The highest open invoices of single sales are paid in three parts."""
    query = select(Invoice).where(
        Invoice.open_amount > 60, Invoice.open_amount == Invoice.total,
        Invoice.contract_id.is_(None), Invoice.due_on >= on,
    )  # fmt: skip
    agreed = 0
    for invoice in db.session.scalars(query.order_by(Invoice.open_amount.desc()).limit(6)).all():
        try:
            agree_instalments(invoice, instalments=3, on=on, by=OFFICE)
        except DomainError:
            continue  # such as one in collection
        agreed += 1
        if agreed == 2:
            break


def _rest_and_rise(on: date) -> None:
    running = select(Contract).where(
        Contract.kind == ContractKind.COURSE_TERM, Contract.state == ContractState.ACTIVE,
        Contract.starts_on < on, Contract.next_invoice_on > on,
    )  # fmt: skip
    contracts = db.session.scalars(running.order_by(Contract.id.desc()).limit(2)).all()
    for contract in contracts[:1]:
        pause_contract(
            contract, first=on + timedelta(days=3), last=on + timedelta(days=16),
            reason="Knie-Operation", on=on, by=OFFICE,
        )  # fmt: skip
    for contract in contracts[1:]:
        change_contract_price(
            contract, valid_from=on + timedelta(days=40), step=PriceStep.PERCENT,
            value=Decimal("4.00"), notify=True, on=on, by=OFFICE,
        )  # fmt: skip
