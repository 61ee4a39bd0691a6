"""Goods of the demo: articles on stock, and packages of units, some of them used up in part."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.models import (
    Customer,
    CustomerState,
    Package,
    Participant,
    ParticipantState,
    PaymentMethod,
    PositionKind,
    Product,
    SoldOut,
    UnitQuota,
)
from kutego.operations.invoices import issue_invoice, save_draft
from kutego.operations.master_data import save_record
from kutego.operations.packages import days_to_use, return_unit, use_unit
from kutego.operations.positions import PositionInput
from kutego.operations.stock import count_stock, receive_stock

BUYERS = 4
YES = frozenset({"full", "double", "late"})
STOCKS = ("24", "7", "3")  # of the first articles; the others are not counted


def add_goods(on: date) -> None:
    """Count some articles, sell packages on the day `on`, and use units on the days after it."""
    with clock.at(clock.noon(on)), transaction():
        _stock(on)
        packages = [
            _package("10er-Karte Gruppenstunden", 10, "149.00", 12),
            _package("5er-Karte Gruppenstunden", 5, "79.00", 6),
        ]
        for n, dog in enumerate(_buyers()):
            _sell(dog, packages[n % 2], on)
        for n, quota in enumerate(db.session.scalars(select(UnitQuota).order_by(UnitQuota.id))):
            _use(quota, n, on)


def _stock(day: date) -> None:
    products = db.session.scalars(select(Product).order_by(Product.id).limit(len(STOCKS))).all()
    for product, pieces in zip(products, STOCKS, strict=True):
        count_stock(product, counted=Decimal(pieces), reason="Inventur", on=day, by=OFFICE)
    receive_stock(products[1], quantity=Decimal(10), reason="Lieferschein 4711", on=day, by=OFFICE)
    save_record(products[2], {"sold_out": SoldOut.REFUSE}, by=OFFICE)


def _package(name: str, units: int, price: str, months: int) -> Package:
    values = {"name": name, "units": units, "price": Decimal(price), "validity_months": months}
    return save_record(Package(), values, by=OFFICE)


def _buyers() -> list[Participant]:
    query = (
        select(Participant)
        .join(Customer, Customer.id == Participant.customer_id)
        .where(
            Customer.state == CustomerState.ACTIVE,
            ~Customer.is_staff,
            Participant.state == ParticipantState.ACTIVE,
        )
    )
    return list(db.session.scalars(query.order_by(Participant.id).limit(BUYERS)))


def _sell(dog: Participant, package: Package, day: date) -> None:
    sold = PositionInput(
        PositionKind.PACKAGE, package.name, package.price, package.vat_rate,
        package_id=package.id, participant_id=dog.id,
    )  # fmt: skip
    draft = save_draft(
        dog.customer, positions=[sold], payment_method=PaymentMethod.BANK_TRANSFER,
        send_mail=False, on=day, by=OFFICE,
    )  # fmt: skip
    issue_invoice(draft, on=day, by=OFFICE)


def _use(quota: UnitQuota, number: int, on: date) -> None:
    """Up to three units; the last of the second customer is given back."""
    days = days_to_use(quota, on)[number : number + 3]
    for day in days:
        use = use_unit(quota, course_day=day, confirmed=YES, on=on, by=OFFICE)
    if days and number == 1:
        return_unit(quota, use=use, confirmed=YES, on=on, by=OFFICE)
