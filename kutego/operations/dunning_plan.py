"""Who would be dunned today, by which stage, and why the others are not. It changes nothing.

The rule stands here once, as SQL: lists, previews, the job and the sending itself all ask it, the
last within its transaction, so that a payment of the minute before counts (spec DUN-14).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)

from kutego.db import db
from kutego.models import (
    Customer,
    CustomerState,
    DunningCase,
    DunningStage,
    Invoice,
    PaymentMethod,
)
from kutego.money import ZERO
from kutego.operations.dunning_rules import LeftOut, Rules, runs_by_itself, top_stage

UNASKED = (PaymentMethod.DIRECT_DEBIT, PaymentMethod.ON_SITE)  # we fetch the money, or see them
NEVER = -10_000  # days before the due date: earlier than any stage


class Item(NamedTuple):
    """An invoice and the stage that it reaches."""

    invoice_id: int
    stage: DunningStage
    open_amount: Decimal
    due_on: date


@dataclass(frozen=True)
class Letter:
    """One letter to one customer."""

    customer_id: int
    items: tuple[Item, ...]

    @property
    def stage(self) -> DunningStage:
        """The stage whose words it has: a notice before a reminder, then the later one."""
        return top_stage([item.stage for item in self.items])

    @property
    def open_amount(self) -> Decimal:
        """What is open on all its invoices, before any fee."""
        return sum((item.open_amount for item in self.items), ZERO)


def verdicts(on: date, rules: Rules | None = None, *, by_hand: bool = False) -> Subquery:
    """Every open invoice with the stage it would reach on `on` and the reason against it.

    It is dunned where there is a stage and no reason. `by_hand` takes the next stage where none
    has come yet, and does not wait for the end of a time that was given to pay.
    """
    rules = rules or Rules.read()
    run, reached = _run_of_invoice(rules), _reached(rules)
    inner = (
        select(
            Invoice.id.label("invoice_id"),
            Invoice.customer_id.label("customer_id"),
            Invoice.open_amount.label("open_amount"),
            Invoice.due_on.label("due_on"),
            _stage(rules, run, reached, on, by_hand).label("stage_id"),
            _is_last(rules, run, reached).label("is_last"),
            _is_small(rules, run).label("is_small"),
            Customer.state.label("customer_state"),
            Customer.dunning_stopped_at.label("customer_stopped_at"),
            Invoice.payment_method.label("payment_method"),
            func.coalesce(Invoice.email, Customer.email).label("email"),
            DunningCase.in_collection.label("in_collection"),
            DunningCase.stopped_at.label("stopped_at"),
            DunningCase.is_included.label("is_included"),
            DunningCase.quiet_until.label("quiet_until"),
        )
        .join(Customer, Customer.id == Invoice.customer_id)
        .outerjoin(DunningCase, DunningCase.invoice_id == Invoice.id)
        .where(Invoice.open_amount > literal_column("0"))  # spelled like the index
        .subquery()
    )
    columns = [inner.c[name] for name in
               ("invoice_id", "customer_id", "open_amount", "due_on", "stage_id")]  # fmt: skip
    return select(*columns, _left_out(inner.c, rules, on, by_hand).label("left_out")).subquery()


def due_customers(on: date, *, automatic: bool = False) -> Select[int]:
    """The ids of customers who would get a letter on `on`; `automatic`: of what runs by itself."""
    rules = Rules.read()
    found = verdicts(on, rules)
    query = select(found.c.customer_id).where(is_due(found))
    if automatic:
        ids = [stage.id for stage in rules.stages if runs_by_itself(stage)]
        query = query.where(found.c.stage_id.in_(ids))
    return query.distinct().order_by(found.c.customer_id)


def letters(
    on: date,
    *,
    customers: Sequence[int] | None = None,
    invoices: Sequence[int] | None = None,
    automatic: bool = False,
    by_hand: bool = False,
) -> list[Letter]:
    """The letters of the day, for some customers or invoices or for all of them."""
    rules = Rules.read()
    found = verdicts(on, rules, by_hand=by_hand)
    stages = {stage.id: stage for stage in rules.stages}
    columns = [found.c[name] for name in
               ("customer_id", "invoice_id", "stage_id", "open_amount", "due_on")]  # fmt: skip
    query = select(*columns).where(is_due(found))
    if customers is not None:
        query = query.where(found.c.customer_id.in_(customers))
    if invoices is not None:
        query = query.where(found.c.invoice_id.in_(invoices))
    rows = db.session.execute(
        query.order_by(found.c.customer_id, found.c.due_on, found.c.invoice_id)
    )
    planned = ((row[0], Item(row[1], stages[row[2]], *row[3:])) for row in rows)
    return _grouped(row for row in planned if not automatic or runs_by_itself(row[1].stage))


def reasons(on: date, invoices: Sequence[int], *, by_hand: bool = False) -> dict[int, LeftOut]:
    """Why open invoices are not dunned on `on`; those that are have none."""
    found = verdicts(on, by_hand=by_hand)
    query = select(found.c.invoice_id, found.c.left_out).where(
        found.c.invoice_id.in_(invoices), found.c.left_out.is_not(None)
    )
    return {id_: LeftOut(reason) for id_, reason in db.session.execute(query)}


def left_out(invoice: Invoice, on: date, *, by_hand: bool = False) -> LeftOut | None:
    """Why an open invoice is not dunned on `on`; None where it is."""
    return reasons(on, [invoice.id], by_hand=by_hand).get(invoice.id)


def is_due(found: Subquery) -> ColumnElement[bool]:
    """The condition on `verdicts` that an invoice is dunned."""
    return and_(found.c.stage_id.is_not(None), found.c.left_out.is_(None))


# --- parts ------------------------------------------------------------------------------------


def _run_of_invoice(rules: Rules) -> ColumnElement[Any]:
    """The run that was chosen with the course or product, else the standard one."""
    chosen = Invoice.dunning_run_id
    known = chosen.in_([run.id for run in rules.runs])
    return case((known, chosen), else_=rules.standard_id)


def _reached(rules: Rules) -> ColumnElement[Any]:
    """The days of the stage that fired last; a reminder of the time before runs was the first."""
    after = (stage.days for stage in rules.stages if stage.run.is_standard and stage.days >= 0)
    before = case((Invoice.reminded_at.is_not(None), next(after, 0)), else_=NEVER)
    return func.coalesce(DunningCase.reached, before)


def _stage(rules: Rules, run: Any, reached: Any, on: date, by_hand: bool) -> ColumnElement[Any]:
    """The latest stage whose day has come: what was missed long ago is skipped (spec DUN-13)."""
    to_come = [(and_(run == stage.run_id, reached < stage.days), stage) for stage in rules.stages]
    branches = [
        (and_(is_next, Invoice.due_on <= on - timedelta(days=stage.days)), stage.id)
        for is_next, stage in reversed(to_come)
    ]
    if by_hand:
        branches += [(is_next, stage.id) for is_next, stage in to_come]
    return case(*branches, else_=null()) if branches else literal(None, DunningStage.id.type)


def _is_last(rules: Rules, run: Any, reached: Any) -> ColumnElement[Any]:
    """Whether nothing can come any more."""
    later = [and_(run == stage.run_id, reached < stage.days) for stage in rules.stages]
    return ~or_(*later) if later else literal(True)


def _is_small(rules: Rules, run: Any) -> ColumnElement[Any]:
    """Whether it is below what the run thinks worth a letter."""
    money = Invoice.open_amount.type
    least = [(run == each.id, literal(each.minimum_amount, money)) for each in rules.runs]
    return Invoice.open_amount < case(*least, else_=literal(ZERO, money)) if least else false()


def _left_out(row: Any, rules: Rules, on: date, by_hand: bool) -> ColumnElement[Any]:
    posted = [stage.id for stage in rules.stages if stage.by_post]
    reasons: list[tuple[ColumnElement[bool], LeftOut]] = [
        (row.customer_state != CustomerState.ACTIVE, LeftOut.LOCKED),
        (row.in_collection.is_(True), LeftOut.COLLECTION),
        (row.stopped_at.is_not(None), LeftOut.STOPPED),
        (row.customer_stopped_at.is_not(None), LeftOut.CUSTOMER_STOPPED),
        (and_(row.payment_method.in_(UNASKED), func.coalesce(row.is_included, False).is_(False)),
         LeftOut.METHOD),
        (row.is_small, LeftOut.SMALL),
        (row.is_last, LeftOut.DONE),
        (row.due_on >= on, LeftOut.NOT_DUE),
        (row.stage_id.is_(None), LeftOut.NOT_YET),
        (row.quiet_until >= on, LeftOut.WAITING),
        (and_(row.email.is_(None), row.stage_id.not_in(posted)), LeftOut.NO_ADDRESS),
    ]  # fmt: skip
    if by_hand:
        reasons = [(when, why) for when, why in reasons if why is not LeftOut.WAITING]
    else:
        # a stage before the due date may fire before it
        reasons = [
            (and_(when, row.stage_id.is_(None)) if why is LeftOut.NOT_DUE else when, why)
            for when, why in reasons
        ]
    return case(*((when, why.value) for when, why in reasons), else_=null())


def _grouped(rows: Iterable[tuple[int, Item]]) -> list[Letter]:
    """One letter per customer, and one per invoice where the run does not combine (DUN-17)."""
    found: dict[tuple[int, int], list[Item]] = {}
    for customer_id, item in rows:
        key = (customer_id, 0 if item.stage.run.combines else item.invoice_id)
        found.setdefault(key, []).append(item)
    return [Letter(customer_id, tuple(items)) for (customer_id, _one), items in found.items()]
