"""A customer who has something in every table that holds personal data, marked where it is text."""

from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Enum,
    Integer,
    String,
    Time,
    func,
    inspect,
    select,
)

from kutego import clock
from kutego.channels import files
from kutego.db import Base, db, transaction
from kutego.models import DepositKind, PaymentMethod, Refund, Settlement
from kutego.models.personal import rows_of
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.cancellations import cancel_positions
from kutego.operations.credit import deposit_credit, pay_out_credit
from kutego.operations.documents import document_bytes
from kutego.operations.offer_answers import decline_offer
from kutego.operations.payments import record_payment
from kutego.operations.refunds import mark_refunded
from tests import factories
from tests.factories import ANNA, DAY

SECRET = "GEHEIM"
WHEN = clock.noon(DAY)
HOUR = timedelta(hours=1)
_numbers = count(1)

# What a made-up row needs beside its types: checks between columns, and what must not be open.
FITTING = {
    "appointment": {"ends_at": WHEN + HOUR, "blocked_until": WHEN + HOUR, "state": "held"},
    "room_rental": {"ends_at": WHEN + HOUR, "state": "cancelled"},
    "day_compensation": {"state": "done"},
    "enrolment": {"state": "ended"},
    "ticket": {"state": "admitted"},
    "event": {"ends_at": WHEN + HOUR},
    "appointment_template": {"duration_minutes": 60, "buffer_minutes": 0, "lead_hours": 0},
    "course_time": {"interval_weeks": 1},
    "contract": {"state": "ended", "billing_day": 1, "interval_months": 1},
    "duplicate_pair": lambda ids: {"customer_id": ids[0], "other_id": ids[1]},
    "gdpr_export": {"state": "ready"},
    "import_row": {"record_id": 1},
    "make_up_claim": {"state": "used"},
    "unit_quota": {"units": 10, "used": 1, "withdrawn": 0},
    "package": {"units": 10, "validity_months": 12},
    "dunning_stage": {"days": 7, "new_due_days": 7},
    "message": {"state": "sent", "channel": "email"},
    "collection_case": {"state": "paid"},
    "mass_run_item": lambda ids: {"record_id": ids[0]},
    "mass_run": {"subject_type": "customer"},
    "login_attempt": lambda ids: {"key": f"account:{SECRET.lower()}@example.org"},
}
NONE_OF = ("employee", "absence", "calendar_feed")  # who works here is not deleted, nor anonymised


def somebody(**values):
    """A customer without anything yet, recognisable in every text of the master data."""
    words = {
        name: f"{SECRET} {name}" for name in
        ("title", "first_name", "last_name", "street", "address_extra", "remark",
         "account_holder", "email_problem", "former_number")
    }  # fmt: skip
    return factories.customer(
        **words | {"email": f"{SECRET.lower()}@example.org", "phone": "+49 361 4711 0815",
                   "iban": "DE89370400440532013000", "birthday": date(1980, 1, 2)} | values
    )  # fmt: skip


def settled(customer):
    """Money came and went by the operations, and nothing is open any more."""
    with clock.at(WHEN):
        factories.participant(
            customer, first_name=f"{SECRET} Bello", breed=SECRET, birthday=date(2024, 5, 6)
        )
        lines = factories.line("60.00"), factories.line("40.00")
        invoice = factories.invoice(*lines, of=customer, intro=f"Liebe {SECRET}")
        record_payment(invoice, amount=Decimal("100.00"), method=PaymentMethod.PAYPAL, paid_on=DAY,
                       on=DAY, by=ANNA)  # fmt: skip
        cancelled = cancel_positions(
            invoice, positions=["p2"], fee=Decimal("5.00"), reason="Absage",
            settlement=Settlement.REFUND, on=DAY, by=ANNA,
        )  # fmt: skip
        deposit_credit(customer, amount=Decimal("10.00"), kind=DepositKind.ON_SITE, received_on=DAY,
                       on=DAY, by=ANNA)  # fmt: skip
        paid_out = pay_out_credit(customer, amount=Decimal("10.00"), iban=customer.iban,
                                  account_holder="X", on=DAY, by=ANNA)  # fmt: skip
        for refund in db.session.scalars(select(Refund)).all():
            mark_refunded(refund, refunded_on=DAY, on=DAY, by=ANNA)
        offer = factories.offer(of=customer)
        decline_offer(offer, version=offer.version, on=DAY)
        factories.offer_draft(of=customer)
        factories.draft(of=customer)
        document_bytes(invoice.current.renditions[0])
    return invoice, cancelled, paid_out


def fill(customer, other, only=lambda holding: True):
    """Put a made-up row into every table that has none about the customer yet."""
    made = {"customer": customer.id}
    with transaction():
        category = Base.metadata.tables["course_category"]
        made["course_category"] = _make(category, made, [])["id"]
        for holding in sorted(HOLDINGS, key=_rank):
            rows = rows_of(holding, [customer.id])
            known = db.session.execute(select(holding.rows).where(rows)).mappings().first()
            if known is None and holding.table not in NONE_OF and only(holding):
                known = _make(holding.rows, made, [customer.id, other.id])
            if known is not None and "id" in known:
                made[holding.table] = known["id"]
    return made


def _rank(holding):
    order = [table.name for table in Base.metadata.sorted_tables]
    return order.index(holding.table)


def _make(table, made, ids):
    fitting = FITTING.get(table.name, {})
    fitting = fitting(ids) if callable(fitting) else fitting
    values = {}
    for column in table.columns:
        if column.name in fitting:
            values[column.name] = fitting[column.name]
        elif column.name in ("id", "chain", "seq", "hash") and not column.foreign_keys:
            continue
        elif column.foreign_keys:
            values[column.name] = _parent(column, made, ids)
        else:
            values[column.name] = _value(table, column)
    models = {m.local_table.name: m.class_ for m in Base.registry.mappers}
    if table.name in models:
        row = models[table.name](**values)
        db.session.add(row)
        db.session.flush()
        return {a.key: getattr(row, a.key) for a in inspect(row).mapper.column_attrs}
    db.session.execute(table.insert().values(values))
    return values


def _parent(column, made, ids):
    """The row made before, or one of a table that is not about people."""
    table = next(iter(column.foreign_keys)).column.table
    needless = column.nullable and table.name not in made
    if needless or table.name == column.table.name:
        return None
    if table.name in NONE_OF:
        return db.session.scalar(select(func.min(table.c.id)))
    if table.name not in made:
        known = db.session.scalar(select(func.min(table.c.id)))
        made[table.name] = known or _make(table, made, ids)["id"]
    return made[table.name]


def _value(table, column):
    kind, number = column.type, next(_numbers)
    if column.name == "sha256":
        return files.store(f"{SECRET} {number}".encode())
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class))
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, JSON):
        return {SECRET: SECRET}
    if isinstance(kind, Time):
        return time(number % 24)
    if isinstance(kind, Date):
        return DAY
    if isinstance(kind, DateTime) or isinstance(getattr(kind, "impl", None), DateTime):
        return WHEN
    if isinstance(kind, Time):
        return WHEN.time()
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, String):
        return f"{SECRET}{number}"[: kind.length or 200]
    return Decimal("1.00")


def texts_of(table):
    """Every row of a table as one text, to look for marks in."""
    return [str(tuple(row)) for row in db.session.execute(select(table))]
