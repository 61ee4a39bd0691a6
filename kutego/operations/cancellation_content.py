"""What stands on a cancellation document: the lines of the invoice turned round, and the fee."""

from datetime import date
from decimal import Decimal
from typing import Any

from kutego.models import PriceMode, TaxMode, company
from kutego.money import ZERO, euro
from kutego.operations.cancellation_fees import Fee
from kutego.operations.cancellation_plan import CancellationPlan
from kutego.operations.issuing import CORRECTED, reference_to
from kutego.operations.position_parts import Part
from kutego.operations.redemption_plan import voucher_text
from kutego.operations.snapshots import snapshot
from kutego.texts import gettext as _

FEE = "cancellation_fee"


def cancellation_content(plan: CancellationPlan, *, number: str, on: date) -> dict[str, Any]:
    """The snapshot: recipient, tax mode and amounts as they stand on the invoice (§ 31 (5) UStDV).

    The lines are those of the invoice with the sign turned, so that the cancellations of all its
    positions take back exactly its total and its tax, in however many steps.
    """
    version = plan.invoice.current
    invoiced = version.snapshot
    parts = {part.key: part for part in plan.parts}
    lines = [
        _turned(line) if parts[line["key"]].is_as_invoiced else _cut(line, parts[line["key"]])
        for line in invoiced["positions"]
        if line["key"] in parts
    ]
    lines += [_fee_line(fee, n, invoiced["prices"]) for n, fee in enumerate(plan.fees, start=1)]
    taxes = _taxes(lines)
    totals = {name: _sum(taxes, name) for name in ("net", "tax", "gross")}
    return snapshot(
        "cancellation",
        company(),
        plan.invoice.customer,
        None,
        number=number,
        title=_("Stornorechnung"),
        issued_on=on,
        type_code=CORRECTED,
        preceding=reference_to(version),
        reference=plan.invoice.number,
        recipient=invoiced["recipient"],
        tax_mode=TaxMode(invoiced["tax_mode"]).value,
        prices=PriceMode(invoiced["prices"]).value,
        positions=lines,
        taxes=taxes,
        due=totals["gross"],
        payment=_payment(plan),
        **totals,
    )


def _turned(line: dict[str, Any]) -> dict[str, Any]:
    """Quantity and totals change their sign; a price is never negative (BR-27)."""
    quantity, price = Decimal(line["quantity"]), Decimal(line["unit_price"])
    if price < 0:
        quantity, price = -quantity, -price
    turned = {name: f"{ZERO - Decimal(line[name]):.2f}" for name in ("net", "tax", "gross")}
    return line | turned | {
        "quantity": f"{-quantity:.2f}",
        "unit_price": f"{price:.2f}",
        "discount": f"{abs(Decimal(line['discount'])):.2f}",
    }  # fmt: skip


def _cut(line: dict[str, Any], part: Part) -> dict[str, Any]:
    """A part of a line, as one piece at what the part costs: its days rarely divide evenly."""
    gross_prices = part.position.invoice_version.snapshot["prices"] == PriceMode.GROSS.value
    why = part.share or _("abzüglich der Kurstage, die schon gutgeschrieben sind")
    return line | {
        "detail": "\n".join(filter(None, (line["detail"], why))),
        "quantity": "-1.00",
        "unit": "C62",
        "unit_price": f"{part.gross if gross_prices else part.net:.2f}",
        "discount_percent": "0.00",
        "discount": "0.00",
        "code_discount": "0.00",
        "code_text": None,
        "net": f"{ZERO - part.net:.2f}",
        "tax": f"{ZERO - part.tax:.2f}",
        "gross": f"{ZERO - part.gross:.2f}",
    }


def _fee_line(fee: Fee, number: int, prices: str) -> dict[str, Any]:
    return {
        "key": f"fee{number}",
        "kind": FEE,
        "text": _("Einbehaltene Stornogebühr"),
        "detail": None,
        "quantity": "1.00",
        "unit": "C62",
        "unit_price": f"{fee.net if prices == PriceMode.NET.value else fee.gross:.2f}",
        "discount_percent": "0.00",
        "discount": "0.00",
        "net": f"{fee.net:.2f}",
        "tax": f"{fee.tax:.2f}",
        "gross": f"{fee.gross:.2f}",
        "rate": f"{fee.rate:.2f}",
        "category": fee.category,
        "reason": fee.reason,
        "period_first": None,
        "period_last": None,
    }


def _taxes(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str, str | None], list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault((line["category"], line["rate"], line["reason"]), []).append(line)
    return [
        {
            "category": category,
            "rate": rate,
            "net": _sum(group, "net"),
            "tax": _sum(group, "tax"),
            "gross": _sum(group, "gross"),
            "reason": reason,
        }
        for (category, rate, reason), group in groups.items()
    ]


def _sum(parts: list[dict[str, Any]], name: str) -> str:
    return f"{sum((Decimal(part[name]) for part in parts), ZERO):.2f}"


def _payment(plan: CancellationPlan) -> dict[str, Any]:
    """What happens with the money, in whole sentences."""
    sentences = [
        _("%(amount)s gehen zurück auf Ihren %(voucher)s.", amount=euro(amount),
          voucher=voucher_text(voucher))
        for voucher, amount in (*plan.to_vouchers, *plan.unlowered)
    ]  # fmt: skip
    if plan.credited:
        sentences.append(_("%(amount)s schreiben wir Ihrem Guthaben gut.",
                           amount=euro(plan.credited)))  # fmt: skip
    if plan.refunded:
        sentences.append(_("%(amount)s überweisen wir Ihnen zurück.", amount=euro(plan.refunded)))
    if plan.open_amount:
        sentences.append(
            _("Von der Rechnung %(number)s sind noch %(open)s zu zahlen.",
              number=plan.invoice.number, open=euro(plan.open_amount))
        )  # fmt: skip
    else:
        sentences.append(_("Zu zahlen ist nichts mehr."))
    method = plan.invoice.payment_method
    return {
        "method": method.value,
        "label": method.label,
        "terms": " ".join(sentences),
        "mandate_reference": None,
        "debtor_iban": None,
    }
