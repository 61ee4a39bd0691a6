"""Many customers at once: rows that hold what the operations would have written, two years back.

For measuring only: their documents are not rendered. Chains, sums and numbers are as the
operations make them, so that `verify` holds.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Table, func, insert, select, text

from kutego import clock
from kutego.db import Base, db, transaction
from kutego.demo.house import OFFICE, House
from kutego.demo.people import customer_values, dog_values
from kutego.models import (
    DEFAULT_FORMATS,
    Activity,
    Contract,
    ContractPeriod,
    CreditEntry,
    Customer,
    Invoice,
    InvoicePosition,
    InvoiceVersion,
    Message,
    NumberKind,
    NumberRange,
    Participant,
    Payment,
    PaymentMethod,
    Receipt,
)
from kutego.models.chain import START, Chained, digest, write_heads
from kutego.money import ZERO, vat_in
from kutego.operations.snapshots import payment as payment_part
from kutego.operations.snapshots import snapshot
from kutego.periods import add_months

CHUNK = 500  # customers per transaction
INVOICES, RATE, USED = 4, Decimal("19.00"), Decimal("25.00")
PRICES = tuple(Decimal(p) for p in ("39.00", "49.00", "79.00", "129.00", "149.00", "189.00"))
LONG_TERM = Decimal("890.00")  # 24 months in advance: nothing falls due in the demo's year


def write_rows(house: House, random: Random, before: date, count: int, skip: int) -> None:
    """Write `count` customers with four invoices, two credit entries and five mails each.

    Everything is dated in the year before `before`, so that later numbers have later dates. The
    first `skip` people are left to the story.
    """
    first = before - timedelta(days=360)
    numbers = _Numbers(random, first, count)
    writer = _Writer(house, random, numbers, skip)
    for begin in range(0, count, CHUNK):
        with transaction() as session:
            for n in range(begin, min(begin + CHUNK, count)):
                writer.write_customer(n)
            writer.flush(session.connection())
    with transaction() as session:
        numbers.store(session)
        _set_sequences(session.connection())


class _Numbers:
    """Numbers in the order of dates, though the rows are written customer by customer."""

    def __init__(self, random: Random, first: date, count: int) -> None:
        days = sorted(random.choices(range(330), k=count * INVOICES))
        order = list(range(count * INVOICES))
        random.shuffle(order)
        self.invoices: list[tuple[date, int]] = [(first, 0)] * len(order)
        counters: dict[int, int] = defaultdict(int)
        for place, slot in enumerate(order):
            day = first + timedelta(days=days[place])
            counters[day.year] += 1
            self.invoices[slot] = (day, counters[day.year])
        self.count, self.first, self.counters = count, first, counters
        self.staff = db.session.scalar(select(func.count()).select_from(Customer)) or 0
        self.receipts: dict[int, int] = defaultdict(int)

    def receipt(self, n: int) -> tuple[date, int]:
        """Receipts are written in the order of the customers, one after the other."""
        day = self.first + timedelta(days=n * 330 // self.count)
        self.receipts[day.year] += 1
        return day, self.receipts[day.year]

    def store(self, session: Any) -> None:
        """Leave the ranges where the operations go on."""
        last = self.first + timedelta(days=330)
        rows = [
            (NumberKind.CUSTOMER, 0, self.staff + self.count),
            (NumberKind.CONTRACT, 0, (self.count + 1) // 2),
        ]
        rows += [(NumberKind.INVOICE, year, n) for year, n in self.counters.items()]
        rows += [(NumberKind.RECEIPT, year, n) for year, n in self.receipts.items()]
        for kind, year, number in rows:
            known = session.get(NumberRange, (kind, year)) or NumberRange(kind=kind, year=year)
            known.last, known.last_on = max(known.last or 0, number), None
            known.last_on = min(last, date(year, 12, 31)) if year else last
            session.add(known)


class _Writer:
    """Collects rows per table, links the frozen ones to their customer's chain, inserts them."""

    def __init__(self, house: House, random: Random, numbers: _Numbers, skip: int) -> None:
        self.house, self.random, self.numbers, self.skip = house, random, numbers, skip
        self.rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self.heads: dict[int, tuple[int, str]] = {}
        self.ids: dict[Table, Iterator[int]] = {}

    def add(self, model: type[Base], **values: Any) -> int:
        """Queue a row and return its id."""
        table = cast(Table, model.__table__)
        values["id"] = next(self.ids.setdefault(table, _ids(table)))
        for column in table.columns:
            if column.name not in values:
                default = getattr(column.default, "arg", None)
                values[column.name] = default({}) if callable(default) else default
        if issubclass(model, Chained):
            self._link(table, values)
        self.rows[table].append(values)
        return values["id"]

    def _link(self, table: Table, values: dict[str, Any]) -> None:
        chain = values["customer_id"]
        count, previous = self.heads.get(chain, (0, START))
        values["chain"], values["seq"] = chain, count + 1
        values["hash"] = digest(table, values, previous)
        self.heads[chain] = (count + 1, values["hash"])

    def flush(self, connection: Any) -> None:
        """Insert what was collected, parents first."""
        for table in Base.metadata.sorted_tables:
            if rows := self.rows.pop(table, None):
                connection.execute(insert(table), rows)
        heads = [{"chain": c, "count": n, "hash": h} for c, (n, h) in self.heads.items()]
        write_heads(connection, heads)
        self.heads.clear()

    def write_customer(self, n: int) -> None:
        """One customer with everything."""
        values = customer_values(self.random, self.skip + n)
        dogs = [dog_values(self.random, i) for i in range(1 + n % 2)]
        place = self.numbers.staff + n + 1
        number = DEFAULT_FORMATS[NumberKind.CUSTOMER].format(number=place)
        stub = Customer(**values, number=number)
        stub.refresh_keys([Participant(**dog) for dog in dogs])
        at = clock.noon(self.numbers.first)
        customer_id = self.add(
            Customer, **values, number=stub.number, sort_name=stub.sort_name, search=stub.search,
            created_at=at, created_by=OFFICE.name, credit=Decimal("60.00") - USED,
            open_amount=ZERO,
        )  # fmt: skip
        row = self.rows[cast(Table, Customer.__table__)][-1]
        self._log(customer_id, "customer", customer_id, "customer.created", at, {})
        ids = [self.add(Participant, customer_id=customer_id, created_at=at, **d) for d in dogs]
        person = SimpleNamespace(id=customer_id, address=stub.address, email=stub.email,
                                 name=stub.name)  # fmt: skip
        self._deposit(person, n)
        for k in range(INVOICES):
            row["open_amount"] += self._invoice(person, n, k, ids[0])

    def _deposit(self, person: Any, n: int) -> None:
        day, number = self.numbers.receipt(n)
        name = DEFAULT_FORMATS[NumberKind.RECEIPT].format(year=day.year, number=number)
        amount, at = Decimal("60.00"), clock.noon(day)
        part = {"payment_kind": "bank_transfer", "label": "Überweisung",
                "purpose": "Überweisung", "amount": "60.00"}  # fmt: skip
        with clock.at(at):
            content = snapshot(
                "receipt", self.house.company, person, None, number=name, title="Quittung",
                issued_on=day, gross="60.00", receipt=part,
            )  # fmt: skip
        receipt_id = self.add(
            Receipt, customer_id=person.id, number=name, issued_on=day, amount=amount,
            payment_kind="bank_transfer", snapshot=content,
        )  # fmt: skip
        entry_id = self.add(
            CreditEntry, customer_id=person.id, kind="deposit", payment_kind="bank_transfer",
            amount=amount, balance=amount, booked_on=day, at=at, actor=OFFICE.name,
            text="Überweisung", receipt_id=receipt_id,
        )  # fmt: skip
        facts = {"amount": "60.00", "kind": "bank_transfer", "receipt": name}
        self._log(person.id, "credit_entry", entry_id, "credit.deposited", at, facts)
        self._mail(person, "receipt", f"Quittung {name}", "receipt", receipt_id, at)

    def _invoice(self, person: Any, n: int, k: int, dog: int) -> Decimal:
        """One invoice, most of them paid; returns what is open."""
        day, number = self.numbers.invoices[n * INVOICES + k]
        name = DEFAULT_FORMATS[NumberKind.INVOICE].format(year=day.year, number=number)
        at, due_on = clock.noon(day), day + timedelta(days=14)
        is_contract = k == 0 and n % 2 == 0
        gross = LONG_TERM if is_contract else PRICES[(n + k) % len(PRICES)]
        used = USED if k == 1 else ZERO
        paid = gross if (n + k) % 12 else used
        contract_id = self._contract(person, n, day, dog) if is_contract else None
        invoice_id = self.add(
            Invoice, number=name, state="issued", customer_id=person.id, version=1, revision=2,
            origin="contract" if is_contract else "manual", contract_id=contract_id,
            created_at=at, issued_on=day, due_on=due_on, email=person.email, total=gross,
            payment_method="bank_transfer", paid=paid, open_amount=gross - paid,
        )  # fmt: skip
        self._version(person, invoice_id, name, day, due_on, gross, contract_id)
        if is_contract:
            last = add_months(day, 24) - timedelta(days=1)
            self.add(ContractPeriod, contract_id=contract_id, first=day, last=last,
                     invoice_id=invoice_id)  # fmt: skip
        if used:
            self._set_off(person, invoice_id, name, day)
        if paid > used:
            self.add(
                Payment, customer_id=person.id, invoice_id=invoice_id, kind="payment",
                method="bank_transfer", amount=paid - used, paid_on=due_on, at=at,
                actor=OFFICE.name,
            )  # fmt: skip
        facts = {"number": name, "total": f"{gross:.2f}"}
        self._log(person.id, "invoice", invoice_id, "invoice.issued", at, facts)
        self._mail(person, "invoice_issued", f"Rechnung {name}", "invoice", invoice_id, at)
        return gross - paid

    def _version(
        self, person: Any, invoice_id: int, name: str, day: date, due_on: date, gross: Decimal,
        contract_id: int | None,
    ) -> None:  # fmt: skip
        tax = vat_in(gross, RATE)
        amounts = {"net": f"{gross - tax:.2f}", "tax": f"{tax:.2f}", "gross": f"{gross:.2f}"}
        line = {
            "key": "p1", "kind": "other", "text": "Kursgebühr", "detail": None,
            "quantity": "1.00", "unit": "C62", "unit_price": f"{gross:.2f}",
            "discount_percent": "0.00", "discount": "0.00", "rate": "19.00", "category": "S",
            "reason": None, "period_first": None, "period_last": None, **amounts,
        }  # fmt: skip
        group = {"category": "S", "rate": "19.00", "reason": None, **amounts}
        method = payment_part(PaymentMethod.BANK_TRANSFER, gross, due_on)
        with clock.at(clock.noon(day)):
            content = snapshot(
                "invoice", self.house.company, person, None, number=name, title="Rechnung",
                issued_on=day, type_code="380", due_on=due_on.isoformat(), positions=[line],
                taxes=[group], due=f"{gross:.2f}", payment=method, **amounts,
            )  # fmt: skip
        version_id = self.add(
            InvoiceVersion, customer_id=person.id, invoice_id=invoice_id, version=1, number=name,
            issued_on=day, due_on=due_on, total=gross, snapshot=content,
        )  # fmt: skip
        self.add(
            InvoicePosition, customer_id=person.id, invoice_id=invoice_id, version_id=version_id,
            key="p1", place=1, kind="other", text="Kursgebühr", unit="C62", unit_price=gross,
            vat_rate=RATE, category="S", net=gross - tax, tax=tax, gross=gross,
            contract_id=contract_id,
        )  # fmt: skip

    def _set_off(self, person: Any, invoice_id: int, name: str, day: date) -> None:
        at = clock.noon(day)
        entry_id = self.add(
            CreditEntry, customer_id=person.id, kind="offset", amount=-USED,
            balance=Decimal("60.00") - USED, booked_on=day, at=at, actor=OFFICE.name,
            text=f"Verrechnung mit {name}", invoice_id=invoice_id,
        )  # fmt: skip
        self.add(
            Payment, customer_id=person.id, invoice_id=invoice_id, kind="credit", amount=USED,
            paid_on=day, at=at, actor=OFFICE.name, credit_entry_id=entry_id,
        )  # fmt: skip

    def _contract(self, person: Any, n: int, day: date, dog: int) -> int:
        course = self.house.running[n % len(self.house.running)]
        following = add_months(day, 24)
        return self.add(
            Contract, number=DEFAULT_FORMATS[NumberKind.CONTRACT].format(number=n // 2 + 1),
            customer_id=person.id, participant_id=dog, course_date_id=course.id,
            text=f"{course.title} (24 Monate)", price=LONG_TERM, vat_rate=RATE,
            payment_method="bank_transfer", interval_months=24, billing_day=day.day,
            starts_on=day, ends_on=following - timedelta(days=1), next_invoice_on=following,
            created_at=clock.noon(day),
        )  # fmt: skip

    def _log(
        self, customer_id: int, subject: str, subject_id: int, action: str, at: Any,
        facts: dict[str, Any],
    ) -> None:  # fmt: skip
        self.add(
            Activity, customer_id=customer_id, at=at, actor=OFFICE.name, action=action,
            subject_type=subject, subject_id=subject_id, facts=facts,
        )  # fmt: skip

    def _mail(
        self, person: Any, template: str, subject: str, kind: str, record_id: int, at: Any
    ) -> None:
        identity = f"<{person.id}.{kind}.{record_id}@example.org>"
        self.add(
            Message, customer_id=person.id, state="sent", template=template,
            recipient=person.email, recipient_name=person.name, subject=subject,
            body=f"{subject} liegt im Anhang.", attachments=[], subject_type=kind,
            subject_id=record_id, message_id=identity,
            created_at=at, attempts=1, sent_at=at,
        )  # fmt: skip


def _ids(table: Table) -> Iterator[int]:
    last = db.session.scalar(select(func.max(table.c.id))) or 0
    while True:
        last += 1
        yield last


def _set_sequences(connection: Any) -> None:
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns:
            connection.execute(
                text(
                    f'SELECT setval(s, coalesce((SELECT max(id) FROM "{table.name}"), 0) + 1, '
                    f"false) FROM pg_get_serial_sequence('{table.name}', 'id') AS s "
                    "WHERE s IS NOT NULL"
                )
            )
