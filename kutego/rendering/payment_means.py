"""How an invoice is paid, in the codes of EN 16931 (BG-16 to BG-19, UNTDID 4461)."""

from kutego.rendering.frozen import amount
from kutego.rendering.girocode import compact
from kutego.rendering.parties import legal_name

NOT_DEFINED, CASH, SETTLED, SEPA_TRANSFER, SEPA_DEBIT, ONLINE = "1", "10", "57", "58", "59", "68"


def payment_means(snapshot: dict) -> dict:
    """Code, accounts, mandate and terms. Where nothing is due, it is settled."""
    payment, seller = snapshot["payment"], snapshot["seller"]
    terms = {"BT-83": snapshot["reference"], "BT-20": payment["terms"]}
    if amount(snapshot["due"]) <= 0:
        return terms | {"BT-81": SETTLED}
    method = payment["method"]
    if method == "direct_debit" and _mandated(payment, seller):
        return terms | {
            "BT-81": SEPA_DEBIT,
            "BT-89": payment["mandate_reference"],
            "BT-90": compact(seller["creditor_id"]),
            "BT-91": compact(payment["debtor_iban"]),
        }
    if method in ("bank_transfer", "on_account", "direct_debit") and seller["iban"]:
        return terms | {
            "BT-81": SEPA_TRANSFER,
            "BT-84": compact(seller["iban"]),
            "BT-85": seller["account_holder"] or legal_name(seller),
            "BT-86": compact(seller["bic"]) or None,
        }
    return terms | {"BT-81": {"on_site": CASH, "paypal": ONLINE}.get(method, NOT_DEFINED)}


def _mandated(payment: dict, seller: dict) -> bool:
    """A debit needs all three (PEPPOL R061, BR-DE-30, BR-DE-31)."""
    return bool(payment["mandate_reference"] and payment["debtor_iban"] and seller["creditor_id"])
