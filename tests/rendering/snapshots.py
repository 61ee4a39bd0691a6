"""Snapshots for the tests, with sums that agree, as the operations freeze them."""

from dataclasses import dataclass
from decimal import Decimal

from kutego.money import ZERO, allocate, to_cents, vat_in
from kutego.operations.snapshots import deductions

EXEMPTIONS = {
    "small_business": "Steuerbefreiung für Kleinunternehmer (§ 19 UStG)",
    "exempt_21": "Steuerfrei nach § 4 Nr. 21 UStG",
    "exempt_22": "Steuerfrei nach § 4 Nr. 22 UStG",
}
SELLER = {
    "name": "Hundeschule Pfotenglück",
    "legal_form": "GmbH",
    "owner": "Petra Kuhn",
    "street": "Am Wiesengrund 12",
    "postcode": "33602",
    "city": "Bielefeld",
    "country": "DE",
    "phone": "+49 521 123456",
    "email": "buero@pfotenglueck.example.org",
    "website": "www.pfotenglueck.example.org",
    "tax_number": "305/5836/0012",
    "vat_id": "DE123456788",
    "iban": "DE02120300000000202051",
    "bic": "BYLADEM1001",
    "bank_name": "DKB",
    "account_holder": "Hundeschule Pfotenglück GmbH",
    "creditor_id": "DE98ZZZ09999999999",
    "register": "AG Bielefeld, HRB 12345",
    "logo_sha256": None,
    "accent": "#1f6f54",
}
RECIPIENT = {
    "number": "K-10012",
    "name": "Jörg Weiß",
    "company_name": None,
    "contact": None,
    "street": "Große Straße 7",
    "address_extra": None,
    "postcode": "32756",
    "city": "Detmold",
    "country": "DE",
    "email": "joerg.weiss@example.org",
    "vat_id": None,
}


@dataclass(frozen=True)
class Line:
    """One position as somebody would type it: price gross or net, as the document says."""

    text: str = "Welpenkurs"
    price: str = "149.00"
    rate: str = "19.00"
    quantity: str = "1.00"
    discount_percent: str = "0.00"
    code_discount: str = "0.00"
    unit: str = "C62"
    detail: str | None = "Bello, 03.11. bis 08.12.2026"
    kind: str = "course"
    category: str | None = None
    reason: str | None = None
    period: tuple[str, str] | None = None


def snapshot(document="invoice", lines=(Line(),), **over) -> dict:
    """A frozen document; `tax_mode`, `prices`, `method` as in the contract.

    `voucher` is redeemed, `credit` is set off, `down_payment` was paid before; together never more
    than the total.
    """
    tax_mode = over.pop("tax_mode", "regular")
    prices = over.pop("prices", "gross")
    credit = Decimal(over.pop("credit", "0.00"))
    down_payment = Decimal(over.pop("down_payment", "0.00"))
    method = over.pop("method", "bank_transfer")
    positions = [_position(i, line, tax_mode, prices) for i, line in enumerate(lines, 1)]
    taxes = _settle(positions, prices)
    net, tax = (sum((Decimal(t[k]) for t in taxes), ZERO) for k in ("net", "tax"))
    voucher = min(Decimal(over.pop("voucher", "0.00")), max(net + tax, ZERO))
    credit = min(credit, max(net + tax - voucher, ZERO))
    down_payment = min(down_payment, max(net + tax - voucher - credit, ZERO))
    prepaid = voucher + credit + down_payment
    taken = [
        (kind, text, amount)
        for kind, text, amount in (
            ("voucher", "Gutschein …9TWA", voucher),
            ("credit", "Guthaben", credit),
            ("down_payment", "Anzahlung vom 20.11.2026", down_payment),
        )
        if amount
    ]
    frozen = {
        "layout": 1,
        "document": document,
        "number": "R-2026-00012",
        "type_code": "380",
        "issued_on": "2026-11-23",
        "issued_at": "2026-11-23T08:00:00+00:00",
        "due_on": "2026-12-07",
        "valid_until": None,
        "preceding": None,
        "title": "Rechnung",
        "intro": "Guten Tag Jörg Weiß,\nvielen Dank für Ihre Buchung. Wir berechnen Ihnen:",
        "closing": "Wir freuen uns auf Sie und Ihren Hund.",
        "reference": "R-2026-00012",
        "seller": dict(SELLER),
        "recipient": dict(RECIPIENT),
        "tax_mode": tax_mode,
        "prices": prices,
        "positions": positions,
        "taxes": taxes,
        "net": str(net),
        "tax": str(tax),
        "gross": str(net + tax),
        **deductions(taken, net + tax),
        "payment": payment(method, due=net + tax - prepaid),
        "receipt": None,
        "consents": None,
    }
    for key in ("seller", "recipient", "payment"):
        frozen[key] |= over.pop(key, {})
    return frozen | over


def payment(method, due=Decimal("1.00")) -> dict:
    """How the document is paid, with its sentence."""
    terms = {
        "bank_transfer": "Bitte überweisen Sie den Betrag bis zum 07.12.2026.",
        "direct_debit": "Den Betrag ziehen wir am 07.12.2026 von Ihrem Konto ein.",
        "paypal": "Bitte zahlen Sie den Betrag bis zum 07.12.2026 mit PayPal.",
        "on_site": "Bitte zahlen Sie den Betrag bis zum 07.12.2026 vor Ort.",
        "on_account": "Bitte zahlen Sie den Betrag bis zum 07.12.2026.",
        "external": "Die Zahlung wickelt unser Dienstleister bis zum 07.12.2026 ab.",
    }
    debit = method == "direct_debit"
    return {
        "method": method,
        "label": method,
        "terms": terms[method] if due > 0 else "Der Betrag ist bereits beglichen.",
        "mandate_reference": "M-10012-1" if debit else None,
        "debtor_iban": "DE89370400440532013000" if debit else None,
    }


def cancellation(lines=(Line(),), fee: Line | None = None, **over) -> dict:
    """A cancellation of `lines` (positive, as invoiced), keeping `fee` where given."""
    turned = [Line(**(vars(line) | {"quantity": f"-{line.quantity}"})) for line in lines]
    fees = [Line(**(vars(fee) | {"kind": "cancellation_fee"}))] if fee else []
    texts = {
        "number": "S-2026-00003",
        "type_code": "384",
        "due_on": None,
        "title": "Stornorechnung",
        "intro": "wie gewünscht stornieren wir:",
        "preceding": {"number": "R-2026-00012", "issued_on": "2026-11-02"},
    }
    frozen = snapshot("cancellation", (*turned, *fees), **(texts | over))
    frozen["payment"]["terms"] = "Den Betrag schreiben wir Ihrem Guthaben gut."
    return frozen


def receipt(amount="50.00", **over) -> dict:
    """A confirmation that credit was paid in (or out, when negative)."""
    details = {
        "payment_kind": "on_site",
        "label": "Zahlung vor Ort",
        "purpose": "Einzahlung auf Ihr Guthaben",
        "amount": amount,
        "amount_label": "Ausgezahlt" if amount.startswith("-") else "Erhalten",
        "received_on": None if amount.startswith("-") else "2026-11-20",
    }
    zero = {"net": "0.00", "tax": "0.00", "gross": "0.00", "due": "0.00"}
    texts = {
        "number": "Q-2026-00031",
        "type_code": None,
        "due_on": None,
        "title": "Quittung",
        "intro": None,
        "closing": None,
        "receipt": details,
    }
    return snapshot("receipt", (), **(zero | texts | over))


def voucher(**over) -> dict:
    """What is handed over: it names nobody."""
    card = {
        "name": "Geschenkgutschein",
        "value": "150.00",
        "code": "KX7P-2MQR-9TWA",
        "issued_on": "2026-11-23",
        "valid_from": None,
        "valid_to": "2029-12-31",
        "good_for": ["Welpenkurse", "Ticket"],
    }
    texts = {
        "number": "KX7P-2MQR-9TWA",
        "title": "Gutschein",
        "intro": "Alles Gute zum Geburtstag!",
        "closing": "Dieser Gutschein ist keine Rechnung.",
        "recipient": dict.fromkeys(RECIPIENT),
    }
    return snapshot("voucher", (), **(texts | over)) | {"voucher": card}


def offer(lines=(Line(),), **over) -> dict:
    """An offer with a text and a last day."""
    texts = {
        "number": "A-2026-00007",
        "type_code": None,
        "due_on": None,
        "valid_until": "2026-12-07",
        "title": "Angebot",
        "intro": "Guten Tag Jörg Weiß,\ngern bieten wir Ihnen an:",
        "closing": "Wir freuen uns, von Ihnen zu hören.",
    }
    return snapshot("offer", lines, **(texts | over))


def _position(number, line: Line, tax_mode, prices) -> dict:
    rate = Decimal(line.rate) if tax_mode == "regular" and line.category != "E" else ZERO
    total = to_cents(Decimal(line.quantity) * Decimal(line.price))
    discount = to_cents(abs(total) * Decimal(line.discount_percent) / 100)
    amount = total - discount if total >= 0 else total + discount
    code = min(Decimal(line.code_discount), abs(amount))
    amount = amount - code if total >= 0 else amount + code
    category = line.category or ("S" if tax_mode == "regular" else "E")
    net = amount if prices == "net" else amount - vat_in(amount, rate)
    tax = to_cents(net * rate / 100) if prices == "net" else amount - net
    first, last = line.period or (None, None)
    return {
        "key": str(number),
        "kind": line.kind,
        "text": line.text,
        "detail": line.detail,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.price,
        "discount_percent": line.discount_percent,
        "discount": str(discount),
        "code_discount": str(code),
        "code_text": "Rabattcode SOMMER26" if code else None,
        "net": str(net),
        "tax": str(tax),
        "gross": str(net + tax),
        "rate": str(rate),
        "category": category,
        "reason": (line.reason or EXEMPTIONS.get(tax_mode)) if category == "E" else None,
        "period_first": first,
        "period_last": last,
    }


def _settle(positions, prices) -> list[dict]:
    """Tax per group from the group's total; the positions' cents are made to sum up to it."""
    taxes = []
    keys = dict.fromkeys((p["category"], p["rate"], p["reason"]) for p in positions)
    for category, rate, reason in keys:
        group = [
            p
            for p in positions
            if (p["category"], p["rate"], p["reason"]) == (category, rate, reason)
        ]
        total = sum((Decimal(p[prices]) for p in group), ZERO)
        if prices == "net":
            net, tax = total, to_cents(total * Decimal(rate) / 100)
        else:
            tax = vat_in(total, Decimal(rate))
            net = total - tax
        _spread(
            group, "net" if prices == "gross" else "gross", net if prices == "gross" else net + tax
        )
        taxes.append(
            {
                "category": category,
                "rate": rate,
                "net": str(net),
                "tax": str(tax),
                "gross": str(net + tax),
                "reason": reason,
            }
        )
    return taxes


def _spread(group, key, total) -> None:
    """Give the cents that rounding per line has lost to the lines, the largest first."""
    missing = total - sum((Decimal(p[key]) for p in group), ZERO)
    for position, cents in zip(
        group, allocate(missing, [abs(Decimal(p[key])) for p in group]), strict=True
    ):
        position[key] = str(Decimal(position[key]) + cents)
        position["tax"] = str(Decimal(position["gross"]) - Decimal(position["net"]))
