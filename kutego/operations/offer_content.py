"""What an offer says: its snapshot."""

from datetime import date
from typing import Any

from kutego.models import Company, Offer, PaymentMethod
from kutego.operations.offer_terms import contract_terms
from kutego.operations.pricing import Priced
from kutego.operations.snapshots import snapshot
from kutego.texts import gettext as _


def offer_snapshot(
    offer: Offer, house: Company, priced: Priced, *, number: str, on: date
) -> dict[str, Any]:
    """The frozen content of an offer; contracts say what they bind to (§ 312j Abs. 2 BGB)."""
    content = snapshot(
        "offer",
        house,
        offer.customer,
        priced,
        number=number,
        title=_("Angebot"),
        issued_on=on,
        email=offer.email,
        valid_until=offer.valid_until.isoformat() if offer.valid_until else None,
        reference=offer.number,
        intro=offer.text,
        payment=_payment(offer, house),
    )
    terms = contract_terms([line.position for line in priced.lines])
    for shown, term in zip(content["positions"], terms, strict=True):
        shown["detail"] = "\n".join(filter(None, (shown["detail"], term))) or None
    return content


def _payment(offer: Offer, house: Company) -> dict[str, Any]:
    sentences = {
        PaymentMethod.BANK_TRANSFER: _("per Überweisung"),
        PaymentMethod.DIRECT_DEBIT: _("per Lastschrift"),
        PaymentMethod.PAYPAL: _("mit PayPal"),
        PaymentMethod.ON_SITE: _("bei uns vor Ort"),
        PaymentMethod.ON_ACCOUNT: _("auf Rechnung"),
        PaymentMethod.EXTERNAL: _("extern"),
    }
    terms = _(
        "Nach der Annahme erhalten Sie eine Rechnung. Sie zahlen %(how)s innerhalb von "
        "%(days)s Tagen.",
        how=sentences[offer.payment_method],
        days=house.due_days,
    )
    return {
        "method": offer.payment_method.value,
        "label": offer.payment_method.label,
        "terms": terms,
        "mandate_reference": None,
        "debtor_iban": None,
    }
