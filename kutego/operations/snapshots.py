"""Snapshots: everything that stands on an issued document, frozen as plain data."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kutego import clock
from kutego.models import Company, Customer, PaymentMethod
from kutego.models import company as the_company
from kutego.money import ZERO, euro
from kutego.operations.position_detail import position_detail
from kutego.operations.pricing import Line, Priced, tax_json
from kutego.texts import gettext as _

LAYOUT = 1
SELLER = (
    "name", "legal_form", "owner", "register", "street", "postcode", "city", "country", "phone",
    "email", "website", "tax_number", "vat_id", "iban", "bic", "bank_name", "account_holder",
    "creditor_id", "logo_sha256", "accent",
)  # fmt: skip


def snapshot(
    document: str,
    company: Company,
    customer: Customer,
    priced: Priced | None,
    *,
    number: str,
    title: str,
    issued_on: date,
    email: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The frozen content of a document; `more` sets or replaces single keys."""
    recipient = customer.address | {"email": email or customer.email}
    content = {
        "layout": LAYOUT,
        "document": document,
        "number": number,
        "type_code": None,
        "issued_on": issued_on.isoformat(),
        "issued_at": clock.now().isoformat(),
        "due_on": None,
        "valid_until": None,
        "preceding": None,
        "title": title,
        "intro": None,
        "closing": None,
        "reference": number,
        "seller": {name: getattr(company, name) for name in SELLER},
        "recipient": recipient,
        "tax_mode": company.tax_mode.value,
        "prices": company.prices.value,
        "positions": [],
        "taxes": [],
        "net": "0.00",
        "tax": "0.00",
        "gross": "0.00",
        "deductions": [],
        "prepaid": "0.00",
        "due": "0.00",
        "payment": None,
        "receipt": None,
        "consents": None,
    }
    return content | (amounts(priced) if priced else {}) | more


def amounts(priced: Priced) -> dict[str, Any]:
    """Positions, rates and totals."""
    return {
        "positions": [position_json(line) for line in priced.lines],
        "taxes": [tax_json(tax) for tax in priced.taxes],
        "net": f"{priced.net:.2f}",
        "tax": f"{priced.tax:.2f}",
        "gross": f"{priced.gross:.2f}",
        "due": f"{priced.gross:.2f}",
    }


def position_json(line: Line) -> dict[str, Any]:
    """One line as the snapshot holds it."""
    position = line.position
    return {
        "key": position.key,
        "kind": position.kind.value,
        "text": position.text,
        "detail": position_detail(position),
        "quantity": f"{position.quantity:.2f}",
        "unit": position.unit.value,
        "unit_price": f"{position.unit_price:.2f}",
        "discount_percent": f"{position.discount_percent:.2f}",
        "discount": f"{line.discount:.2f}",
        "code_discount": f"{position.code_discount or ZERO:.2f}",
        "code_text": position.code_text,
        "net": f"{line.net:.2f}",
        "tax": f"{line.tax:.2f}",
        "gross": f"{line.gross:.2f}",
        "rate": f"{line.rate:.2f}",
        "category": line.category,
        "reason": line.reason,
        "period_first": position.period_first.isoformat() if position.period_first else None,
        "period_last": position.period_last.isoformat() if position.period_last else None,
    }


def deductions(entries: Sequence[tuple[str, str, Decimal]], gross: Decimal) -> dict[str, Any]:
    """What is taken off the total: kind, text, amount. The amount due is never negative."""
    prepaid = sum((amount for _kind, _text, amount in entries), ZERO)
    return {
        "deductions": [
            {"kind": kind, "text": text, "amount": f"{amount:.2f}"}
            for kind, text, amount in entries
        ],
        "prepaid": f"{prepaid:.2f}",
        "due": f"{gross - prepaid:.2f}",
    }


def payment(
    method: PaymentMethod, due: Decimal, due_on: date, customer: Customer | None = None
) -> dict[str, Any]:
    """How the amount due is paid, with a sentence that says until when.

    A direct debit names the mandate and account of `customer`, where there is one that holds.
    """
    paypal, day = the_company().paypal, f"{due_on:%d.%m.%Y}"
    sentences = {
        PaymentMethod.BANK_TRANSFER: _("Bitte überweisen Sie %(due)s bis zum %(day)s."),
        PaymentMethod.DIRECT_DEBIT: _("Wir buchen %(due)s zum %(day)s von Ihrem Konto ab."),
        PaymentMethod.PAYPAL: _("Bitte zahlen Sie %(due)s bis zum %(day)s mit PayPal%(paypal)s."),
        PaymentMethod.ON_SITE: _("Bitte zahlen Sie %(due)s bis zum %(day)s bei uns vor Ort."),
        PaymentMethod.ON_ACCOUNT: _("Bitte zahlen Sie %(due)s bis zum %(day)s."),
        PaymentMethod.EXTERNAL: _("Der Betrag von %(due)s wird extern bezahlt."),
    }
    words = {"due": euro(due), "day": day, "paypal": _(" an %(to)s", to=paypal) if paypal else ""}
    paid = _("Der Betrag ist vollständig beglichen. Bitte zahlen Sie nichts mehr.")
    is_debit = method is PaymentMethod.DIRECT_DEBIT and customer is not None and customer.iban
    mandate = customer.mandate if customer is not None and is_debit else None
    return {
        "method": method.value,
        "label": method.label,
        "terms": sentences[method] % words if due > 0 else paid,
        "mandate_reference": mandate.reference if mandate else None,
        "debtor_iban": customer.iban if customer and mandate else None,
    }
