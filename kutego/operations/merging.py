"""Two records of one person become one (spec U-03, U-16), and the day's mistake is taken back.

Heads move: their rows get the id of the main account. What was issued or booked stays what it is,
in the chain of the record it was made for; only the credit goes over, by two entries that cancel
each other out. Both records are locked, in the order of their ids, before anything is looked at.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.labelled import Labelled
from kutego.models import (
    Customer,
    CustomerMerge,
    CustomerState,
    DuplicatePair,
    EntryKind,
    Invoice,
    NewsletterConsent,
    PairState,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.credit_booking import book_entry
from kutego.operations.duplicates import refuse_gone
from kutego.operations.master_data import save_record
from kutego.operations.merge_moves import (
    movable_ids,
    move_rows,
    moving,
)
from kutego.operations.newsletter import is_subscribed
from kutego.operations.run_arguments import encoded
from kutego.texts import gettext as _

# What a person chooses between, field by field. Numbers, sums and states are never chosen.
CHOSEN = (
    "is_company", "company_name", "vat_id", "salutation", "title", "first_name", "last_name",
    "email", "phone", "mobile", "further_phone", "street", "address_extra", "postcode", "city",
    "country", "birthday", "payment_method", "permanent_discount", "iban", "bic",
    "account_holder", "remark", "former_number",
)  # fmt: skip


class Side(Labelled):
    """Which of two compared records."""

    FIRST = "first", "Links"
    SECOND = "second", "Rechts"


@operation
def merge_pair(
    pair: DuplicatePair,
    *,
    main: Side,
    chosen: dict[str, str],
    comment: str | None = None,
    on: date,
    by: Actor,
) -> CustomerMerge:
    """Make one record of the two. `main` stays; `chosen` says for each field whose value counts."""
    if pair.state is not PairState.OPEN:
        raise DomainError(_("Über dieses Paar ist schon entschieden."))
    target, source = (pair.first, pair.second)[:: 1 if main is Side.FIRST else -1]
    other = Side.SECOND if main is Side.FIRST else Side.FIRST
    take = [name for name, side in chosen.items() if side == other.value]
    return merge_customers([target, source], take=take, comment=comment, on=on, by=by)


@operation
def merge_customers(
    both: list[Customer],
    *,
    take: Collection[str] = (),
    comment: str | None = None,
    on: date,
    by: Actor,
) -> CustomerMerge:
    """Let the second of `both` go up in the first. `take`: the fields whose values it brings."""
    target, source = _checked(both, take)
    credit = source.credit
    values = {name: getattr(source, name) for name in CHOSEN if name in take}
    before = {name: getattr(target, name) for name in values}
    merge = CustomerMerge(
        customer_id=target.id, source_id=source.id, comment=comment, merged_on=on,
        merged_at=clock.now(), merged_by=by.name,
        before={
            "target": {name: encoded(value) for name, value in before.items()},
            "taken": {name: encoded(value) for name, value in values.items()},
            "newsletter": [target.newsletter, source.newsletter],
            "credit": f"{credit:.2f}",
        },
    )  # fmt: skip
    db.session.add(merge)
    db.session.flush()
    moved = move_rows(merge, source, target)
    _close(source, target, on=on, by=by)
    follow_rows([source, target])
    if values:
        save_record(target, values, by=by)
    log_merge(merge, "merged", {name: len(ids) for name, ids in moved.items()}, by=by)
    _settle_pairs(source, target, by=by)
    return merge


def merge_plan(source: Customer, target: Customer) -> list[str | tuple[str, Decimal]]:
    """What would move, in the words of the preview."""
    lines: list[str | tuple[str, Decimal]] = []
    for holding in moving():
        count = len(movable_ids(holding, source, target))
        left = db.session.scalar(
            select(func.count()).where(holding.rows.c.customer_id == source.id)
        )
        if count:
            lines.append(_("%(what)s: %(count)s ziehen um", what=holding.title, count=count))
        if left and left > count:
            lines.append(
                _("%(what)s: %(count)s bleiben, weil es sie am Hauptkonto schon gibt",
                  what=holding.title, count=left - count)
            )  # fmt: skip
    if source.credit > 0:
        lines.append((_("Guthaben, das übertragen wird"), source.credit))
    lines.append(
        _("%(number)s wird gesperrt und verweist auf %(main)s. Ausgestellte Belege und Buchungen "
          "bleiben, wie sie sind.", number=source.number, main=target.number)
    )  # fmt: skip
    return lines


# --- parts ------------------------------------------------------------------------------------


def _checked(both: list[Customer], take: Collection[str]) -> tuple[Customer, Customer]:
    target, source = both
    if target.id == source.id:
        raise DomainError(_("Ein Kunde lässt sich nicht mit sich selbst zusammenführen."))
    for customer in both:
        refuse_gone(customer)
        if customer.state is CustomerState.LOCKED:
            raise DomainError(
                _("%(number)s ist gesperrt. Bitte zuerst entsperren, dann zusammenführen.",
                  number=customer.number)
            )  # fmt: skip
    if source.employee is not None and target.employee is not None:
        raise DomainError(
            _("Beide arbeiten hier und haben einen eigenen Zugang; einer ginge verloren. Bitte "
              "zuerst einen der beiden Zugänge aufgeben.")
        )  # fmt: skip
    if unknown := set(take) - set(CHOSEN):
        raise ValueError(f"cannot be chosen: {sorted(unknown)}")
    return target, source


def _close(source: Customer, target: Customer, *, on: date, by: Actor) -> None:
    """Carry the credit over and leave a pointer where the record was."""
    if source.credit > 0:
        carry_credit(source, target, source.credit, on=on, by=by)
    source.move_to(CustomerState.LOCKED)
    source.lock_reason = _("Zusammengeführt mit %(number)s", number=target.number)
    source.main_account_id, source.merged_at = target.id, clock.now()
    source.newsletter = False
    source.revision += 1
    db.session.flush()


def carry_credit(giver: Customer, taker: Customer, amount: Decimal, *, on: date, by: Actor) -> None:
    """Two entries that cancel each other out, so that either chain adds up."""
    kind = EntryKind.TRANSFER
    given = _("Übertrag auf %(number)s", number=taker.number)
    taken = _("Übertrag von %(number)s", number=giver.number)
    book_entry(giver, -amount, kind, text=given, booked_on=on, by=by)
    book_entry(taker, amount, kind, text=taken, booked_on=on, by=by)


def follow_rows(both: list[Customer]) -> None:
    """Sums and keys that are kept follow their rows."""
    db.session.flush()
    db.session.expire_all()
    for customer in both:
        owed = select(func.sum(Invoice.open_amount)).where(Invoice.customer_id == customer.id)
        customer.open_amount = db.session.scalar(owed) or ZERO
        customer.refresh_keys()
        told = select(NewsletterConsent.id).where(NewsletterConsent.customer_id == customer.id)
        if db.session.scalar(told.limit(1)) is not None:
            customer.newsletter = is_subscribed(customer)
    db.session.flush()


def _settle_pairs(source: Customer, target: Customer, *, by: Actor) -> None:
    """The pair is done with; what else the vanished record was compared with is moot."""
    first, second = sorted((source.id, target.id))
    mine = (DuplicatePair.customer_id == first) & (DuplicatePair.other_id == second)
    with_source = (DuplicatePair.customer_id == source.id) | (DuplicatePair.other_id == source.id)
    db.session.execute(
        delete(DuplicatePair).where(with_source, ~mine, DuplicatePair.state == PairState.OPEN)
    )
    pair = db.session.scalar(select(DuplicatePair).where(mine))
    if pair is not None:
        pair.state, pair.decided_at, pair.decided_by = PairState.MERGED, clock.now(), by.name


def log_merge(merge: CustomerMerge, what: str, moved: dict[str, int], *, by: Actor) -> None:
    """Tell of it in the history of both."""
    target, source = merge.target, merge.source
    log_activity(target, f"customer.{what}", by=by, other=source.number, moved=moved)
    log_activity(source, f"customer.{what}_into", by=by, other=target.number, moved=moved)
