"""A customer's year by random: whatever the office does, the sums agree and verify is silent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CreditEntry,
    Customer,
    DepositKind,
    Invoice,
    Payment,
    PaymentMethod,
    Settlement,
)
from kutego.operations.cancellations import (
    cancel_positions,
    cancellable_positions,
    plan_cancellation,
)
from kutego.operations.credit import (
    correct_entry,
    deposit_credit,
    pay_out_credit,
    set_off_credit,
)
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input
from kutego.operations.payments import record_payment, reverse_payment
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY, line

AMOUNTS = st.integers(1, 20_000).map(lambda n: Decimal(n) / 100)
PRICES = st.integers(0, 15_000).map(lambda n: Decimal(n) / 100)
RATES = st.sampled_from([Decimal("19.00"), Decimal("7.00"), Decimal("0.00")])
WHICH = st.integers(0, 1_000)
IBAN = "DE89370400440532013000"


class Year(RuleBasedStateMachine):
    """One customer, one day after the other; refusals are part of it and must leave nothing."""

    day = DAY  # goes on from example to example: numbers are never older than the last

    @initialize()
    def a_new_customer(self):
        self.customer_id = factories.customer(iban=IBAN).id

    # --- helpers ---

    @property
    def customer(self):
        return db.session.get(Customer, self.customer_id)

    def try_it(self, operation, record, **values):
        """A refusal is fine; it must not have changed anything."""
        before = self.sums()
        Year.day += timedelta(days=1)
        try:
            with clock.at(clock.noon(self.day)):
                return operation(record, **values, on=self.day, by=ANNA)
        except DomainError:
            assert self.sums() == before
            return None

    def sums(self):
        db.session.rollback()
        rows = [select(func.count()).select_from(kind) for kind in (CreditEntry, Payment, Invoice)]
        return (
            self.customer.credit,
            self.customer.open_amount,
            *(db.session.scalar(count) for count in rows),
        )

    def pick(self, model, which):
        mine = select(model).where(model.customer_id == self.customer_id).order_by(model.id)
        found = db.session.scalars(mine).all()
        return found[which % len(found)] if found else None

    # --- what happens in an office ---

    @rule(amount=AMOUNTS, kind=st.sampled_from(list(DepositKind)))
    def deposit(self, amount, kind):
        self.try_it(deposit_credit, self.customer, amount=amount, kind=kind, received_on=self.day)

    @rule(amount=AMOUNTS)
    def pay_out(self, amount):
        self.try_it(
            pay_out_credit, self.customer, amount=amount, iban=IBAN, account_holder="Jörg Müller"
        )

    @rule(prices=st.lists(st.tuples(PRICES, RATES), min_size=1, max_size=4), credit=AMOUNTS)
    def invoice(self, prices, credit):
        lines = [line(str(price), vat_rate=rate) for price, rate in prices]
        Year.day += timedelta(days=1)
        wish = min(credit, self.customer.credit, sum(price for price, _rate in prices))
        factories.invoice(*lines, of=self.customer, on=self.day, credit_to_use=wish)

    @rule(which=WHICH, amount=AMOUNTS)
    def pay(self, which, amount):
        if invoice := self.pick(Invoice, which):
            self.try_it(
                record_payment, invoice, amount=amount, method=PaymentMethod.PAYPAL,
                paid_on=self.day,
            )  # fmt: skip

    @rule(amount=st.none() | AMOUNTS)
    def set_off(self, amount):
        self.try_it(set_off_credit, self.customer, amount=amount)

    @rule(which=WHICH)
    def reverse(self, which):
        if payment := self.pick(Payment, which):
            self.try_it(reverse_payment, payment, reason="Rücklastschrift")

    @rule(which=WHICH)
    def correct(self, which):
        if entry := self.pick(CreditEntry, which):
            self.try_it(correct_entry, entry, reason="Tippfehler")

    @rule(which=WHICH, price=PRICES)
    def edit(self, which, price):
        if invoice := self.pick(Invoice, which):
            kept = [as_input(position) for position in invoice.current.positions]
            self.try_it(
                edit_invoice, invoice, positions=[*kept, line(str(price))], reason="Nachtrag"
            )

    @precondition(lambda self: self.pick(Invoice, 0) is not None)
    @rule(which=WHICH, count=st.integers(1, 3), share=st.integers(0, 120), taxed=st.booleans(),
          settlement=st.sampled_from(list(Settlement)))  # fmt: skip
    def cancel(self, which, count, share, taxed, settlement):
        invoice = self.pick(Invoice, which)
        chosen = cancellable_positions(invoice)[:count]
        fee = (sum((p.gross for p in chosen), Decimal("0.00")) * share / 100).quantize(
            Decimal("0.01")
        )
        wish = {
            "positions": [position.key for position in chosen], "fee": fee, "fee_taxed": taxed,
            "settlement": settlement,
        }  # fmt: skip
        promised = None
        if chosen and share <= 100:
            plan = plan_cancellation(invoice, **wish)
            promised = (plan.total, plan.settled, plan.credited, plan.refunded, plan.open_amount)
        made = self.try_it(cancel_positions, invoice, reason="Wunsch", **wish)
        if made is not None:
            kept = (made.total, made.settled, made.credited, made.refunded)
            assert (*kept, made.invoice.open_amount) == promised
            assert Decimal(made.snapshot["gross"]) == -made.total

    # --- what always holds ---

    @invariant()
    def nothing_is_below_zero_and_everything_adds_up(self):
        if not hasattr(self, "customer_id"):
            return
        db.session.rollback()
        assert self.customer.credit >= 0
        assert self.customer.open_amount >= 0
        assert [str(problem) for problem in verify()] == []

    def teardown(self):
        """Money is neither made nor lost: what came in is credit, paid for something, or went."""
        if not hasattr(self, "customer_id"):
            return
        invoices = db.session.scalars(
            select(Invoice).where(Invoice.customer_id == self.customer_id)
        ).all()
        for invoice in invoices:
            claim = invoice.total - invoice.cancelled + invoice.fee
            assert 0 <= invoice.paid <= claim
            assert invoice.open_amount == claim - invoice.paid


@pytest.mark.usefixtures("app")
@pytest.mark.timeout(600)
def test_a_year_by_random_keeps_every_sum():
    run_state_machine_as_test(
        Year,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
