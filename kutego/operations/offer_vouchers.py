"""Vouchers with which a customer pays when accepting an offer. The offered prices stand.

An acceptance may make several invoices (D-25): the codes pay them one after the other.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from kutego.errors import DomainError
from kutego.models import Voucher, company
from kutego.models.position import PositionColumns
from kutego.money import ZERO
from kutego.operations.pricing import price
from kutego.operations.redemption_plan import reach, useless_text
from kutego.operations.voucher_codes import refuse_unusable
from kutego.texts import gettext as _


def allotted(
    vouchers: Sequence[Voucher], parts: Sequence[Sequence[PositionColumns]], on: date
) -> list[Mapping[int, Decimal]]:
    """For the lines of each invoice what the vouchers (by id) pay of it; all must be of use."""
    for voucher in vouchers:
        refuse_unusable(voucher, on)
        if not voucher.is_money:
            raise DomainError(
                _("Der Code %(code)s senkt Preise. Die Preise dieses Angebots stehen schon fest: "
                  "Bitte fragen Sie uns, bevor Sie es annehmen.", code=voucher)
            )  # fmt: skip
    rests = {voucher.id: voucher.rest for voucher in vouchers}
    found: list[Mapping[int, Decimal]] = []
    for lines in parts:
        amounts = reach(vouchers, lines, price(lines, company()), rests)
        rests = {id_: rest - amounts.get(id_, ZERO) for id_, rest in rests.items()}
        found.append(amounts)
    for voucher in vouchers:
        if rests[voucher.id] == voucher.rest:
            raise DomainError(useless_text(voucher))
    return found
