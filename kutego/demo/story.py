"""A year of the demo business, day by day, through the same operations as the office uses."""

import heapq
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM
from kutego.db import db, transaction
from kutego.demo.house import OFFICE, House
from kutego.demo.paper import hand_over
from kutego.demo.people import make_customer, make_dogs
from kutego.models import (
    Automation,
    Booking,
    Channel,
    Contract,
    ContractState,
    Customer,
    DepositKind,
    Invoice,
    LegalKind,
    Message,
    MessageState,
    Offer,
    PaymentMethod,
    PositionKind,
    Settlement,
    current_legal_text,
    due_contracts,
)
from kutego.money import ZERO, to_cents
from kutego.operations.billing import bill_contract
from kutego.operations.cancellations import cancel_positions
from kutego.operations.contract_cancellations import cancel_contract
from kutego.operations.contracts import shift_contract
from kutego.operations.credit import correct_entry, deposit_credit, pay_out_credit
from kutego.operations.dunning import send_due_letters
from kutego.operations.dunning_plan import due_customers
from kutego.operations.dunning_runs import ensure_standard_run
from kutego.operations.effect import Sale
from kutego.operations.invoices import issue_invoice, save_draft
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer, decline_offer
from kutego.operations.offers import issue_offer, save_offer, withdraw_offer
from kutego.operations.outbox import (
    claim_due,
    note_failed,
    note_handing_over,
    note_sent,
    note_unclear,
)
from kutego.operations.payments import record_payment
from kutego.operations.positions import PositionInput
from kutego.operations.terminations import terminate_contract

ALWAYS = frozenset({"full", "double", "billed"})  # the demo's courses may be full
LATELY = timedelta(days=30)  # mails whose fate nobody has looked after yet
MONDAY = 0
UNAPPROVED = timedelta(days=14)  # notices that nobody has approved yet
IBAN = "DE89370400440532013000"


class Story:
    """A queue of events by day; each may plan later ones. The same dice, the same year."""

    def __init__(self, house: House, random: Random, start: date, end: date) -> None:
        self.house, self.random, self.start, self.end = house, random, start, end
        self.events: list[tuple[date, int, Callable[[date], None]]] = []
        self.order = count()
        self.contracts, self.blocks, self.late_mails = count(), count(), count()

    def plan(self, day: date, event: Callable[[date], None]) -> None:
        """Let `event` happen on `day`, if the story goes that far."""
        if day <= self.end:
            heapq.heappush(self.events, (day, next(self.order), event))

    def tell(self, customers: int) -> None:
        """Let every day of the year happen, each in one transaction."""
        days = (self.end - self.start).days
        for n in range(customers):
            joined = self.start + timedelta(days=1 + n * (days - 10) // customers)
            self.plan(joined, partial(self.welcome, n=n))
        self.plan(self.end - UNAPPROVED, self.ask_before_notices)
        for offset in range(days + 1):
            self.live(self.start + timedelta(days=offset))

    def live(self, day: date) -> None:
        """One day: contracts are billed and late payers reminded, then whatever comes in."""
        with clock.at(clock.noon(day)), transaction():
            for contract_id in db.session.scalars(due_contracts(day)).all():
                contract = db.session.get_one(Contract, contract_id)
                for sale in bill_contract(contract, on=day, by=SYSTEM):
                    self.expect_money(sale, day)
            if day.weekday() == MONDAY:
                self.dun(day)
            while self.events and self.events[0][0] <= day:
                heapq.heappop(self.events)[2](day)
            self.send_mails(day)

    def dun(self, day: date) -> None:
        """Late payers are written to."""
        for customer_id in db.session.scalars(due_customers(day, automatic=True)).all():
            customer = db.session.get_one(Customer, customer_id)
            send_due_letters(customer, automatic=True, on=day, by=SYSTEM)

    def ask_before_notices(self, day: date) -> None:
        """From now on notices wait for approval, so that there is something to approve."""
        save_record(ensure_standard_run(by=OFFICE), {"automation": Automation.REMINDERS}, by=OFFICE)

    def send_mails(self, day: date) -> None:
        """Mails of the demo are written as sent, two as lost; nothing ever leaves the house."""
        waiting = select(Message).where(Message.state == MessageState.QUEUED)
        for message in db.session.scalars(waiting.order_by(Message.id)).all():
            if message.channel is not Channel.EMAIL:
                hand_over(message)
                continue
            place = next(self.late_mails) if day > self.end - LATELY else None
            if place == 2:
                note_failed(message, "Vom Empfänger abgelehnt: 550 5.1.1", for_good=True)
            elif place == 4:
                for claim in claim_due(1, only=message.id):
                    note_handing_over(claim)
                note_unclear(message, "Die Verbindung brach nach der Übergabe ab.")
            else:
                note_sent(message)

    # --- what customers do --------------------------------------------------------------------

    def welcome(self, day: date, n: int) -> None:
        """A new customer with dogs, who then books something."""
        customer = make_customer(self.random, n)
        dogs = make_dogs(self.random, customer)
        chance = self.random.random()
        if chance < 0.50:
            self.plan(self._contract_day(day, n), lambda on: self.book_running(on, customer, dogs))
        elif chance < 0.80:
            self.plan(day + timedelta(days=2), lambda on: self.book_block(on, customer, dogs))
        elif chance < 0.90:
            self.plan(day + timedelta(days=1), lambda on: self.buy(on, customer))
        if n % 9 == 4:
            self.plan(day + timedelta(days=3), lambda on: self.pay_in(on, customer, n // 9))
        if n % 5 == 2:
            self.plan(day + timedelta(days=4), lambda on: self.offer(on, customer, dogs, n // 5))

    def _contract_day(self, day: date, n: int) -> date:
        """Every fourth contract begins on one of the last days of a month."""
        later = day + timedelta(days=self.random.randint(1, 6))
        if n % 4:
            return later
        first = (later.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first - timedelta(days=1 + n // 4 % 4)

    def book_running(self, day: date, customer: Customer, dogs: list[Any]) -> None:
        """A place in a running course: the contract bills itself from now on."""
        course = self.random.choice(self.house.running)
        term = self.house.terms[2 if len(dogs) > 1 else self.random.choice((0, 0, 0, 1))]
        invoice = self.sell(
            day, customer,
            PositionInput(
                PositionKind.COURSE, course.title, term.price, term.vat_rate,
                participant_id=dogs[0].id, course_date_id=course.id, term_template_id=term.id,
                starts_on=max(day, course.starts_on),
            ),
        )  # fmt: skip
        contract = db.session.get_one(Contract, invoice.contract_id)
        later = day + timedelta(days=self.random.randint(40, 200))
        if next(self.contracts) % 16 == 3:
            self.plan(later, lambda on: self.cancel_all(on, contract))
        elif self.random.random() < 0.10:
            self.plan(later, lambda on: self.shift(on, contract))
        elif self.random.random() < 0.12:
            self.plan(later, lambda on: self.terminate(on, contract))

    def book_block(self, day: date, customer: Customer, dogs: list[Any]) -> None:
        """A place in the next block course, sometimes with an article."""
        course = next((c for c in self.house.blocks if c.starts_on > day), self.house.blocks[-1])
        lines = [
            PositionInput(
                PositionKind.COURSE, course.title, course.price or ZERO, course.vat_rate,
                participant_id=dogs[0].id, course_date_id=course.id, starts_on=course.starts_on,
            )
        ]  # fmt: skip
        is_given_back = next(self.blocks) % 6 == 1
        if is_given_back or self.random.random() < 0.4:
            lines.append(self._article())
        invoice = self.sell(day, customer, *lines)
        is_given_back = is_given_back or self.random.random() < 0.12
        if is_given_back and isinstance(invoice, Invoice):
            self.plan(day + timedelta(days=9), lambda on: self.cancel(on, invoice, lines))

    def buy(self, day: date, customer: Customer) -> None:
        """Articles only."""
        self.sell(day, customer, *(self._article() for _ in range(self.random.randint(1, 3))))

    def _article(self) -> PositionInput:
        product = self.random.choice(self.house.products)
        discount = self.random.choice((ZERO, ZERO, Decimal("10.00")))
        return PositionInput(
            PositionKind.PRODUCT, product.name, product.price, product.vat_rate,
            quantity=Decimal(self.random.randint(1, 2)), discount_percent=discount,
            product_id=product.id,
        )  # fmt: skip

    def sell(self, day: date, customer: Customer, *lines: PositionInput) -> Sale:
        """An invoice by hand, or a booking."""
        method = self.random.choice((PaymentMethod.BANK_TRANSFER,) * 4 + (PaymentMethod.PAYPAL,))
        draft = save_draft(customer, positions=lines, payment_method=method, on=day, by=OFFICE)
        sale = issue_invoice(draft, confirmed=ALWAYS, on=day, by=OFFICE)
        self.expect_money(sale, day)
        return sale

    def expect_money(self, invoice: Sale, day: date) -> None:
        """Most pay in time, some too much or too little, some late, a few never."""
        if isinstance(invoice, Booking) or invoice.open_amount <= 0:
            return
        chance, later = self.random.random(), day + timedelta(days=self.random.randint(2, 16))
        if chance < 0.86:
            self.plan(later, lambda on: self.pay(on, invoice, Decimal(1)))
        elif chance < 0.89:
            self.plan(later, lambda on: self.pay(on, invoice, Decimal("0.5")))
        elif chance < 0.92:
            self.plan(later, lambda on: self.pay(on, invoice, Decimal("1.2")))
        elif chance < 0.97:
            self.plan(later + timedelta(days=25), lambda on: self.pay(on, invoice, Decimal(1)))

    def pay(self, day: date, invoice: Invoice, share: Decimal) -> None:
        """Money for an invoice, if it is still open."""
        if invoice.open_amount > 0:
            record_payment(
                invoice, amount=to_cents(invoice.open_amount * share),
                method=invoice.payment_method, paid_on=day, on=day, by=OFFICE,
            )  # fmt: skip

    def cancel(self, day: date, invoice: Invoice, lines: list[PositionInput]) -> None:
        """The course is given back; with an article on the invoice, only in part."""
        fee = self.random.choice((ZERO, Decimal("20.00")))
        cancel_positions(
            invoice, positions=["p1"] if len(lines) > 1 else None, fee=fee, fee_taxed=False,
            reason="Hund erkrankt", settlement=self.random.choice(list(Settlement)),
            remove_participants=True, send_mail=True, on=day, by=OFFICE,
        )  # fmt: skip

    def pay_in(self, day: date, customer: Customer, n: int) -> None:
        """Credit of every kind in turn; now and then some of it is paid out again."""
        kind = list(DepositKind)[n % len(DepositKind)]
        amount = Decimal(self.random.choice((20, 35, 50, 100, 150)))
        book = partial(
            deposit_credit, customer, kind=kind, received_on=day, send_receipt=n % 2 == 0,
            on=day, by=OFFICE,
        )  # fmt: skip
        if n == 2:
            wrong = book(amount=Decimal("500.00"))
            correct_entry(wrong, reason="Eine Null zu viel getippt", on=day, by=OFFICE)
        book(amount=amount.quantize(Decimal("0.01")))
        if n % 5 == 4:
            self.plan(day + timedelta(days=30), lambda on: self.pay_out(on, customer))

    def pay_out(self, day: date, customer: Customer) -> None:
        """What is left of the credit goes back."""
        if customer.credit > 0:
            pay_out_credit(
                customer, amount=customer.credit, iban=IBAN, account_holder=customer.name,
                on=day, by=OFFICE,
            )  # fmt: skip

    def shift(self, day: date, contract: Contract) -> None:
        """A pause of a month or two."""
        if contract.state is ContractState.ACTIVE:
            shift_contract(
                contract, months=self.random.randint(1, 2), reason="Längere Reise", notify=True,
                on=day, by=OFFICE,
            )  # fmt: skip

    def cancel_all(self, day: date, contract: Contract) -> None:
        """The contract was a mistake: all its invoices are cancelled."""
        if contract.can(ContractState.CANCELLED):
            cancel_contract(
                contract, reason="Doppelt angelegt", send_mail=True,
                confirmed=ALWAYS | {"cancel_contract"}, on=day, by=OFFICE,
            )  # fmt: skip

    def terminate(self, day: date, contract: Contract) -> None:
        """Notice to the earliest end."""
        if contract.state is ContractState.ACTIVE:
            terminate_contract(
                contract, received_on=day, reason="Umzug", confirmed=ALWAYS, on=day, by=OFFICE
            )

    # --- offers -------------------------------------------------------------------------------

    def offer(self, day: date, customer: Customer, dogs: list[Any], n: int) -> None:
        """An offer, which then goes one of its ways: each state in turn."""
        course = self.random.choice(self.house.running)
        term = self.house.terms[0]
        lines = [
            PositionInput(
                PositionKind.COURSE, course.title, term.price, term.vat_rate,
                participant_id=dogs[0].id, course_date_id=course.id, term_template_id=term.id,
                starts_on=max(day, course.starts_on) + timedelta(days=7),
            ),
            self._article(),
        ]  # fmt: skip
        open_until = self.end if n % 6 == 1 else day
        offer = save_offer(
            customer, positions=lines, payment_method=PaymentMethod.BANK_TRANSFER,
            text="Wie besprochen: der passende Kurs für Ihren Hund.",
            valid_until=open_until + timedelta(days=14), on=day, by=OFFICE,
        )  # fmt: skip
        if n % 6 == 0:
            return  # stays a draft
        issue_offer(offer, send_mail=True, on=day, by=OFFICE)
        ways = {2: self.accept, 3: self.decline, 4: self.withdraw}
        if (way := ways.get(n % 6)) is not None:
            self.plan(day + timedelta(days=5), lambda on: way(on, offer))

    def accept(self, day: date, offer: Offer) -> None:
        """The customer says yes."""
        kinds = (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL)
        texts = {kind: text.id for kind in kinds if (text := current_legal_text(kind, day))}
        accept_offer(offer, version=offer.version, consents=texts, address="192.0.2.7", on=day)
        for invoice in db.session.scalars(select(Invoice).where(Invoice.offer_id == offer.id)):
            self.expect_money(invoice, day)

    def decline(self, day: date, offer: Offer) -> None:
        """The customer says no."""
        decline_offer(offer, version=offer.version, address="192.0.2.7", on=day)

    def withdraw(self, day: date, offer: Offer) -> None:
        """The office takes it back."""
        withdraw_offer(offer, reason="Kurs wird verlegt", notify=True, on=day, by=OFFICE)
