"""What an offer says: its snapshot, and the terms of the contracts that it would make."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kutego.db import db
from kutego.models import (
    Company,
    CourseDate,
    CourseKind,
    Offer,
    PaymentMethod,
    PositionKind,
    TermTemplate,
)
from kutego.models.position import PositionColumns
from kutego.operations.pricing import Priced
from kutego.operations.snapshots import snapshot
from kutego.texts import gettext as _
from kutego.texts import ngettext


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


def contract_terms(positions: Sequence[PositionColumns]) -> list[str | None]:
    """What each position binds the customer to beyond its price; None for a single sale."""
    return [_terms(position) if is_contract(position) else None for position in positions]


def is_contract(position: PositionColumns) -> bool:
    """Whether the position sells the term of a running course."""
    if position.kind is not PositionKind.COURSE or position.course_date_id is None:
        return False
    return db.session.get_one(CourseDate, position.course_date_id).kind is CourseKind.RUNNING


def _terms(position: PositionColumns) -> str:
    template = db.session.get_one(TermTemplate, position.term_template_id)
    parts = [
        ngettext(
            "Vertrag, jeden Monat im Voraus zu zahlen",
            "Vertrag, alle %(count)s Monate im Voraus zu zahlen",
            template.interval_months,
        )
    ]
    if position.starts_on:
        parts.append(_("Beginn am %(day)s", day=f"{position.starts_on:%d.%m.%Y}"))
    if template.minimum_months:
        parts.append(
            ngettext(
                "Mindestlaufzeit 1 Monat",
                "Mindestlaufzeit %(count)s Monate",
                template.minimum_months,
            )
        )
    if template.notice_months:
        parts.append(
            ngettext(
                "kündbar mit einer Frist von 1 Monat",
                "kündbar mit einer Frist von %(count)s Monaten",
                template.notice_months,
            )
        )
    else:
        parts.append(_("jederzeit kündbar"))
    return "; ".join(parts)


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
