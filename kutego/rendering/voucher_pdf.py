"""The printed voucher: a card with its value, its code and a QR code of it, to be given away.

It names no recipient, as whoever has the code may use it, and it is no invoice.
"""

from kutego.rendering.frozen import german_date
from kutego.rendering.layout import environment, money, sheet
from kutego.rendering.pictures import qr_uri
from kutego.texts import gettext as _


def voucher_html(snapshot: dict, pages: int, *, logo: bytes | None = None) -> str:
    """The voucher as HTML for xhtml2pdf."""
    voucher = snapshot["voucher"]
    context = sheet(snapshot, heading=snapshot["title"], facts=(), logo=logo)
    context |= {
        "pages": pages,
        "name": voucher["name"],
        "value": money(voucher["value"]),
        "code": voucher["code"],
        "qr": qr_uri(voucher["code"]),
        "details": _details(voucher),
    }
    return environment().get_template("voucher.html").render(context)


def _details(voucher: dict) -> list[tuple[str, str]]:
    rows = [
        (_("Ausgestellt am"), german_date(voucher["issued_on"])),
        (_("Gültig ab"), voucher["valid_from"] and german_date(voucher["valid_from"])),
        (_("Gültig bis"), voucher["valid_to"] and german_date(voucher["valid_to"])),
        (_("Gilt für"), ", ".join(voucher["good_for"])),
        (_("Rest zahlbar per"), voucher.get("methods")),
    ]
    return [(label, value) for label, value in rows if value]
