"""The four custom actions on the big demo, one after the other, server time without documents."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from benchmarks.dataset import prepared
from kutego import clock, create_core
from kutego.db import db
from kutego.demo.house import OFFICE
from kutego.models import (
    Contract,
    ContractState,
    Customer,
    DepositKind,
    Invoice,
    PaymentMethod,
    PositionKind,
)
from kutego.operations.cancellations import cancel_positions
from kutego.operations.contracts import shift_contract
from kutego.operations.credit import deposit_credit
from kutego.operations.offers import issue_offer, save_offer, withdraw_offer
from kutego.operations.positions import PositionInput

GOAL, ROUNDS = 30, 40


def main() -> None:
    """Deposit, cancel, shift, withdraw: median and 95th percentile in milliseconds."""
    app = create_core(instance=prepared())
    with app.app_context():
        today = clock.today()
        customers = db.session.scalars(select(Customer).offset(3000).limit(ROUNDS)).all()
        measure(
            "deposit credit", customers,
            lambda c: deposit_credit(
                c, amount=Decimal("50.00"), kind=DepositKind.BANK_TRANSFER, received_on=today,
                on=today, by=OFFICE,
            ),
        )  # fmt: skip
        query = select(Invoice).where(Invoice.open_amount > 0, Invoice.cancelled == 0)
        measure(
            "cancel an invoice", db.session.scalars(query.limit(ROUNDS)).all(),
            lambda i: cancel_positions(i, reason="Messung", on=today, by=OFFICE),
        )  # fmt: skip
        running = select(Contract).where(Contract.state == ContractState.ACTIVE)
        measure(
            "shift a contract", db.session.scalars(running.limit(ROUNDS)).all(),
            lambda c: shift_contract(c, months=1, reason="Messung", on=today, by=OFFICE),
        )  # fmt: skip
        measure(
            "withdraw an offer", [open_offer(c, today) for c in customers],
            lambda o: withdraw_offer(o, on=today, by=OFFICE),
        )  # fmt: skip
        db.session.remove()
        db.engine.dispose()


def open_offer(customer: Customer, today: Any) -> Any:
    """An offer that can be taken back."""
    line = PositionInput(PositionKind.OTHER, "Einzelstunde", Decimal("60.00"), Decimal("19.00"))
    offer = save_offer(
        customer, positions=[line], payment_method=PaymentMethod.BANK_TRANSFER,
        valid_until=today + timedelta(days=14), on=today, by=OFFICE,
    )  # fmt: skip
    return issue_offer(offer, send_mail=False, on=today, by=OFFICE)


def measure(name: str, records: Any, operation: Callable[[Any], Any]) -> None:
    """Print how long `operation` takes on each of `records`."""
    times = []
    for record in records:
        began = time.perf_counter()
        operation(record)
        times.append((time.perf_counter() - began) * 1000)
    median, late = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
    print(f"{name:44} {median:7.1f} ms median {late:7.1f} ms p95   goal {GOAL} ms")
