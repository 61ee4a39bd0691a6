"""What the plan of today says about the records that a list shows, asked once for all of them."""

from flask import g

from kutego.db import Base, db
from kutego.models import Customer, Invoice
from kutego.operations.dunning_plan import Letter, letters, reasons
from kutego.operations.dunning_rules import LeftOut, Rules, next_stage
from kutego.views.panel import Badge, today


def letters_of(customer: Customer) -> list[Letter]:
    """The letters that the customer would get today."""
    known = g.setdefault("dunning_letters", {})
    if customer.id not in known:
        ids = _shown(Customer, known)
        known |= {id_: [] for id_ in ids}
        for letter in letters(today(), customers=ids):
            known[letter.customer_id].append(letter)
    return known[customer.id]


def reason_of(invoice: Invoice) -> LeftOut | None:
    """Why an open invoice is not dunned today."""
    known = g.setdefault("dunning_reasons", {})
    if invoice.id not in known:
        ids = _shown(Invoice, known)
        known |= dict.fromkeys(ids) | reasons(today(), ids)
    return known[invoice.id]


def standing(invoice: Invoice) -> Badge | None:
    """How an invoice stands with its dunning, in one word."""
    case = invoice.dunning
    if case is not None and case.in_collection:
        return Badge(LeftOut.COLLECTION.label, "danger")
    if invoice.open_amount <= 0:
        return None
    if case is not None and case.stopped_at is not None:
        return Badge(LeftOut.STOPPED.label, "secondary")
    if case is not None and case.stage is not None:
        return Badge(case.stage.name, "warning")
    return None


def next_of(invoice: Invoice) -> str | None:
    """The stage that comes next and its day, where one does."""
    case = invoice.dunning
    halted = case is not None and (case.in_collection or case.stopped_at is not None)
    if invoice.open_amount <= 0 or halted:
        return None
    if "dunning_rules" not in g:
        g.dunning_rules = Rules.read()
    found = next_stage(invoice, g.dunning_rules)
    return f"{found[0].name}, {found[1]:%d.%m.%Y}" if found else None


def _shown(model: type[Base], known: dict[int, object]) -> list[int]:
    """The ids of what was loaded for this page and not asked about yet."""
    loaded = (row for row in db.session.identity_map.values() if isinstance(row, model))
    return [row.id for row in loaded if row.id not in known]
