"""How a code comes into the world, whoever asks for it, and the sheet that is handed over."""

from datetime import date
from decimal import Decimal
from typing import Any

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.models import Customer, Voucher, VoucherKind, VoucherSheet, company
from kutego.models.ids import give_id
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.documents import add_renditions
from kutego.operations.payment_methods import methods_text
from kutego.operations.snapshots import LAYOUT, SELLER
from kutego.operations.voucher_codes import draw_code
from kutego.operations.voucher_limits import limit_names
from kutego.texts import gettext as _

ADDRESS = (
    "number", "name", "company_name", "contact", "street", "address_extra", "postcode", "city",
    "country", "email", "vat_id",
)  # fmt: skip


def add_voucher(
    kind: VoucherKind,
    *,
    name: str,
    code: str | None = None,
    value: Decimal = ZERO,
    customer: Customer | None = None,
    text: str | None = None,
    on: date,
    by: Actor,
    **more: Any,
) -> Voucher:
    """Write a code, and the sheet of one that is worth something. Joins a transaction."""
    voucher = Voucher(
        kind=kind,
        code=code or draw_code(),
        name=name,
        value=value,
        rest=value,
        uses=0,
        customer=customer,
        created_at=clock.now(),
        **more,
    )
    give_id(voucher)
    db.session.add(voucher)
    db.session.flush()
    if kind is not VoucherKind.DISCOUNT:
        add_sheet(voucher, text, on)
    log_activity(voucher, "voucher.created", by=by, code=voucher.short, kind=kind, value=value)
    return voucher


def add_sheet(voucher: Voucher, text: str | None, on: date) -> VoucherSheet:
    """Freeze what is printed; the PDF is rendered later from it. The newest sheet counts."""
    content = _content(voucher, text, on)
    sheet = VoucherSheet(voucher_id=voucher.id, number=voucher.number, snapshot=content)
    give_id(sheet)
    db.session.add(sheet)
    add_renditions(sheet, voucher.customer)
    return sheet


# --- parts ------------------------------------------------------------------------------------


def _content(voucher: Voucher, text: str | None, on: date) -> dict[str, Any]:
    """It names nobody: whoever has the code may use it."""
    house = company()
    return {
        "layout": LAYOUT,
        "document": "voucher",
        "number": voucher.number,
        "title": _("Gutschein"),
        "issued_on": on.isoformat(),
        "issued_at": clock.now().isoformat(),
        "seller": {name: getattr(house, name) for name in SELLER},
        "recipient": dict.fromkeys(ADDRESS),
        "positions": [],
        "deductions": [],
        "due": "0.00",
        "payment": None,
        "intro": text,
        "closing": _(
            "Lösen Sie den Code bei Ihrer nächsten Buchung ein, gern in mehreren Teilen, bis er "
            "verbraucht ist. Wer den Code hat, kann ihn einlösen: Bitte bewahren Sie ihn gut auf. "
            "Dieser Gutschein ist keine Rechnung."
        ),
        "voucher": {
            "name": voucher.name,
            "value": f"{voucher.value:.2f}",
            "code": voucher.number,
            "issued_on": on.isoformat(),
            "valid_from": voucher.valid_from.isoformat() if voucher.valid_from else None,
            "valid_to": voucher.valid_to.isoformat() if voucher.valid_to else None,
            "good_for": limit_names(voucher.limits),
            "methods": methods_text(voucher),
        },
    }
