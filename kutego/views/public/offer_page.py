"""What the page of an offer shows, and what its form sends back."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask import request, url_for
from flask_login import current_user

from kutego.models import LegalKind, Offer, PaymentMethod
from kutego.operations.offer_payments import payment_choices
from kutego.operations.offer_terms import is_contract
from kutego.operations.offer_versions import CONSENTS, consent_texts, current_version
from kutego.rendering.frozen import german_date
from kutego.rendering.invoice_pdf import lines_of, remarks, totals
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.panel.forms import today
from kutego.views.public.legal import SLUGS
from kutego.views.public.links import submission_key

SENTENCES = {
    LegalKind.TERMS: (m("Ich stimme den "), m("AGB"), m(" zu.")),
    LegalKind.PRIVACY: (m("Ich habe die "), m("Datenschutzhinweise"), m(" gelesen.")),
    LegalKind.WITHDRAWAL: (m("Ich habe die "), m("Widerrufsbelehrung"), m(" gelesen.")),
}


class AnswerForm:
    """What the customer sent. `fresh` forgets it: there is something new to read first."""

    def __init__(self, *, fresh: bool = False) -> None:
        sent: Mapping[str, str] = {} if fresh else request.form
        self.answer = request.form.get("answer", "accept")
        self.version = _number(sent.get("version")) or 0
        self.consents = {kind: _number(sent.get(kind.value)) for kind in CONSENTS}
        self.method = sent.get("payment_method", "")
        self.codes = sent.get("codes", "")[:200]
        self.key = submission_key(sent.get("submission", ""))
        self.missing: tuple[LegalKind, ...] = ()

    @property
    def payment_method(self) -> PaymentMethod | None:
        """The method that the customer chose; None for the one of the offer."""
        known = {method.value: method for method in PaymentMethod}
        return known.get(self.method)


class OfferPage:
    """An open offer, shown from its frozen version alone."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.version = current_version(offer)
        self.snapshot: dict[str, Any] = self.version.snapshot if self.version else {}

    @property
    def is_preview(self) -> bool:
        """Whether somebody of the office is looking, who cannot answer (spec OFF-16)."""
        return bool(current_user.is_authenticated)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The positions as the PDF prints them."""
        return lines_of(self.snapshot)

    @property
    def sums(self) -> dict[str, Any]:
        """The totals as the PDF prints them."""
        return totals(self.snapshot)

    @property
    def total(self) -> str:
        """What the whole offer costs."""
        return str(self.sums["due"][1])

    @property
    def until(self) -> str:
        """The last day, in German."""
        return german_date(self.snapshot["valid_until"])

    @property
    def remarks(self) -> list[str]:
        """What the law wants to be said about tax."""
        return remarks(self.snapshot)

    @property
    def is_free(self) -> bool:
        """Whether the customer owes nothing by accepting."""
        return Decimal(self.snapshot["gross"]) == 0

    @property
    def has_contract(self) -> bool:
        """Whether payments go on after the first invoice (§ 312j Abs. 2 BGB)."""
        return any(is_contract(position) for position in self.offer.positions)

    @cached_property
    def consents(self) -> list[dict[str, Any]]:
        """The texts to agree to, each with its own address and sentence."""
        shown = []
        for kind, text in consent_texts(today()).items():
            before, name, after = (_(part) for part in SENTENCES[kind])
            url = url_for("public.legal_text", slug=SLUGS[kind], number=text.number)
            shown.append(
                {"kind": kind, "id": text.id, "url": url, "before": before, "name": name,
                 "after": after}
            )  # fmt: skip
        return shown

    @property
    def methods(self) -> list[PaymentMethod]:
        """How the customer may pay."""
        return payment_choices(self.offer)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
