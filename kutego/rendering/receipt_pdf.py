"""The printed receipt: credit was paid in or out. It is no invoice and shows no VAT.

Credit can be used for services at different rates, so the VAT arises when it is used (§ 3 (15)
UStG, multi-purpose voucher).
"""

from kutego.rendering.frozen import german_date
from kutego.rendering.layout import environment, money, sheet
from kutego.texts import gettext as _


def receipt_html(snapshot: dict, pages: int, *, logo: bytes | None = None) -> str:
    """The receipt as HTML for xhtml2pdf."""
    paid = snapshot["receipt"]
    context = sheet(
        snapshot,
        heading=f"{snapshot['title']} {snapshot['number']}",
        facts=[
            (_("Quittungsnummer"), snapshot["number"]),
            (_("Datum"), german_date(snapshot["issued_on"])),
            (_("Kundennummer"), snapshot["recipient"]["number"]),
        ],
        logo=logo,
    )
    context |= {
        "pages": pages,
        "amount": money(paid["amount"]),
        "amount_label": paid["amount_label"],
        "details": _details(snapshot),
    }
    return environment().get_template("receipt.html").render(context)


def _details(snapshot: dict) -> list[tuple[str, str]]:
    received_on = snapshot["receipt"]["received_on"]
    rows = [
        (_("Zahlungsart"), snapshot["receipt"]["label"]),
        (_("Zweck"), snapshot["receipt"]["purpose"]),
        (_("Kunde"), snapshot["recipient"]["name"]),
        (_("Eingegangen am"), german_date(received_on) if received_on else None),
    ]
    return [(label, value) for label, value in rows if value]
