"""Collection: an invoice is handed over with everything that proves the claim (spec DUN-11)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CollectionCase,
    CollectionState,
    DunningEntry,
    DunningNotice,
    Format,
    Invoice,
    InvoiceState,
    Payment,
    Rendition,
    company,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.default_interest import LUMP_SUM, accrued, default_since, fees_on
from kutego.operations.documents import document_bytes, renditions_of
from kutego.operations.dunning import case_of
from kutego.operations.reasons import given_reason
from kutego.operations.snapshots import snapshot
from kutego.rendering.claim import claim_csv, claim_xml
from kutego.texts import gettext as _

File = tuple[str, bytes]
LOOKS = ("logo_sha256", "accent")  # of the letterhead, no business of the agency


@operation
def hand_over(
    invoice: Invoice, *, agency: str, reference: str | None = None, on: date, by: Actor
) -> CollectionCase:
    """Hand an unpaid invoice over to a collection agency. It is dunned no more (spec DUN-11)."""
    if invoice.state is not InvoiceState.ISSUED or invoice.open_amount <= 0:
        raise DomainError(_("%(number)s ist nicht offen.", number=invoice))
    case = case_of(invoice)
    if case.in_collection:
        raise DomainError(_("%(number)s ist schon im Inkasso.", number=invoice))
    since = default_since(invoice, before=on)
    if since is None:
        raise DomainError(
            _("%(number)s ist noch nicht im Verzug. Bitte mahnen Sie zuerst, sonst trägt Ihr "
              "Betrieb die Kosten (§ 286 BGB).", number=invoice)
        )  # fmt: skip
    agency = given_reason(agency)
    statement = _statement(invoice, since, on)
    handed = CollectionCase(
        customer_id=invoice.customer_id, invoice_id=invoice.id, agency=agency,
        reference=reference, handed_over_on=on, claimed=Decimal(statement["claim"]["total"]),
        statement=statement,
    )  # fmt: skip
    db.session.add(handed)
    case.in_collection = True
    db.session.flush()
    log_activity(
        invoice, "invoice.handed_over", by=by, claimed=handed.claimed, personal={"agency": agency}
    )
    return handed


@operation
def settle_collection(case: CollectionCase, *, on: date, by: Actor) -> None:
    """The agency has got the money; the payment itself is booked on the invoice before."""
    if case.invoice.open_amount > 0:
        raise DomainError(
            _("%(number)s ist noch offen. Bitte verbuchen Sie zuerst die Zahlung.",
              number=case.invoice)
        )  # fmt: skip
    _close(case, CollectionState.PAID, None, on)
    log_activity(case.invoice, "invoice.collected", by=by)


@operation
def take_back(case: CollectionCase, *, reason: str, on: date, by: Actor) -> None:
    """The agency gives the claim back. Dunning stays stopped until somebody resumes it."""
    reason = given_reason(reason)
    _close(case, CollectionState.RETURNED, reason, on)
    dunning = case_of(case.invoice)
    dunning.stopped_at = clock.now()
    dunning.stop_reason = _("Aus dem Inkasso zurück: %(reason)s", reason=reason)[:200]
    log_activity(case.invoice, "invoice.taken_back", by=by, personal={"reason": reason})


def package(case: CollectionCase) -> list[File]:
    """Names and contents of what the agency gets: the claim as CSV and XML, and every PDF.

    Documents that are still to be made are made now, so call it outside any transaction.
    """
    statement = case.statement
    number = statement["invoice"]["number"].replace("/", "-")
    pdfs = [(rendition.name, rendition.id) for rendition in _documents(case)]
    files: list[File] = [
        (f"Forderung {number}.csv", claim_csv(statement)),
        (f"Forderung {number}.xml", claim_xml(statement)),
    ]
    for name, rendition_id in pdfs:
        files.append((name, document_bytes(db.session.get_one(Rendition, rendition_id))))
    return files


# --- parts ------------------------------------------------------------------------------------


def _close(case: CollectionCase, state: CollectionState, reason: str | None, on: date) -> None:
    case.move_to(state)
    case.closed_on, case.close_reason = on, reason
    case_of(case.invoice).in_collection = False


def _notices(invoice_id: int, until: date) -> Sequence[DunningNotice]:
    told = select(DunningEntry.notice_id).where(DunningEntry.invoice_id == invoice_id)
    query = select(DunningNotice).where(
        DunningNotice.id.in_(told) | DunningNotice.replaces_id.in_(told),
        DunningNotice.issued_on <= until,
    )
    return db.session.scalars(query.order_by(DunningNotice.id)).all()


def _documents(case: CollectionCase) -> list[Rendition]:
    documents = [*case.invoice.versions, *_notices(case.invoice_id, case.handed_over_on)]
    found = [rendition for document in documents for rendition in renditions_of(document)]
    return [rendition for rendition in found if rendition.format is Format.PDF]


def _statement(invoice: Invoice, since: date, on: date) -> dict[str, Any]:
    """The claim as plain data, as of the day it is handed over."""
    customer = invoice.customer
    house = snapshot("claim", company(), customer, None, number="", title="", issued_on=on)
    fees, interest = fees_on(invoice), accrued(invoice, since, on)
    lump = LUMP_SUM if customer.is_company else ZERO
    cost = max(lump - fees, ZERO)  # the lump sum is set off against costs (§ 288 (5) BGB)
    payments = select(Payment).where(Payment.invoice_id == invoice.id).order_by(Payment.id)
    return {
        "handed_over_on": on.isoformat(),
        "creditor": {k: v for k, v in house["seller"].items() if k not in LOOKS},
        "debtor": customer.address | {
            "phone": customer.phone or customer.mobile,
            "birthday": customer.birthday.isoformat() if customer.birthday else None,
            "is_company": customer.is_company,
        },
        "invoice": {
            "number": invoice.number,
            "issued_on": invoice.issued_on.isoformat() if invoice.issued_on else None,
            "due_on": invoice.due_on.isoformat() if invoice.due_on else None,
            "text": "; ".join(position.text for position in invoice.current.positions),
            "total": f"{invoice.total:.2f}",
            "paid": f"{invoice.paid:.2f}",
            "cancelled": f"{invoice.cancelled:.2f}",
        },
        "payments": [
            {"on": paid.paid_on.isoformat(), "amount": f"{paid.amount:.2f}"}
            for paid in db.session.scalars(payments)
        ],
        "letters": [
            {"number": n.number, "title": n.title, "on": n.issued_on.isoformat(),
             "claimed": f"{n.claimed:.2f}"}
            for n in _notices(invoice.id, on)
        ],
        "claim": {
            "principal": f"{invoice.open_amount - min(fees, invoice.open_amount):.2f}",
            "fees": f"{min(fees, invoice.open_amount):.2f}",
            "default_since": since.isoformat(),
            "interest_points": "9.00" if customer.is_company else "5.00",
            "interest_until": on.isoformat(),
            "interest": f"{interest:.2f}",
            "lump_sum": f"{cost:.2f}",
            "total": f"{invoice.open_amount + interest + cost:.2f}",
        },
    }  # fmt: skip
