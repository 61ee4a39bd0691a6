"""The GiroCode: a bank transfer for the customer's banking app (EPC069-12, version 2)."""

import re
from decimal import Decimal

from kutego.rendering.frozen import amount
from kutego.rendering.parties import legal_name

MOST = Decimal("999999999.99")
LONGEST = 331  # bytes


def girocode(snapshot: dict) -> str | None:
    """The content of the code, or None where there is nothing to transfer."""
    seller, due = snapshot["seller"], amount(snapshot["due"])
    if snapshot["payment"]["method"] != "bank_transfer" or not seller["iban"]:
        return None
    if not 0 < due <= MOST:
        return None
    fields = [
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        compact(seller["bic"]),
        _one_line(seller["account_holder"] or legal_name(seller), 70),
        compact(seller["iban"]),
        f"EUR{due:.2f}",
        "",  # purpose code
        "",  # structured reference
        _one_line(snapshot["reference"], 140),
    ]
    code = "\n".join(fields)
    return code if len(code.encode()) <= LONGEST else None


def compact(code: str | None) -> str:
    """An IBAN or BIC without spaces, in capitals."""
    return re.sub(r"\s", "", code or "").upper()


def _one_line(text: str, most: int) -> str:
    return " ".join(text.split())[:most]
