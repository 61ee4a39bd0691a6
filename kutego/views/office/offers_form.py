"""Offers as they are written: new, as a draft, and corrected while they are open."""

from datetime import timedelta
from typing import Any

from flask import abort
from flask_admin import expose

from kutego.db import transaction
from kutego.models import Offer, OfferState, company
from kutego.operations.offers import issue_offer, refuse_edit, save_offer
from kutego.texts import gettext as _
from kutego.views.office.position_form import PositionsForm
from kutego.views.office.position_page import PositionPage
from kutego.views.office.position_pages import PositionPages
from kutego.views.panel import CheckField, DateField, LongTextField, actor, today

DRAFT_ACTIONS = (("issue", "Angebot ausstellen"), ("draft", "Als Entwurf speichern"))


class OfferForm(PositionsForm):
    is_offer = True
    text = LongTextField(
        "Angebotstext",
        most=20_000,
        rows=6,
        description="Steht auf der Seite des Angebots und auf dem PDF.",
    )
    valid_until = DateField(
        "Gültig bis einschließlich",
        description="Der Tag zählt noch ganz mit. Danach kann der Kunde nicht mehr annehmen.",
    )
    send_mail = CheckField("E-Mail mit PDF und Link an den Kunden senden")


class OfferFormPage(PositionPage):
    """A new offer, a draft, or an open offer that gets a new version (spec OFF-25)."""

    form_class = OfferForm
    template = "office/positions/offer.html"

    @property
    def is_open(self) -> bool:
        """Whether the customer has it before them already."""
        return self.record is not None and self.record.state is OfferState.OPEN

    @property
    def actions(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        return (("correct", "Neue Fassung ausstellen"),) if self.is_open else DRAFT_ACTIONS

    @property
    def heading(self) -> str:  # type: ignore[override]
        if self.record is None:
            return _("Angebot schreiben")
        return _("%(number)s ändern", number=self.record)

    def stored(self) -> list[Any]:
        return list(self.record.positions) if self.record else []

    def initial(self) -> dict[str, Any]:
        last_day = today() + timedelta(days=company().offer_days)
        if self.record is None:
            return {**super().initial(), "valid_until": last_day, "send_mail": True}
        names = ("payment_method", "method_locked", "text", "revision")
        values = {name: getattr(self.record, name) for name in names}
        valid_until = self.record.valid_until or last_day
        return {**values, "valid_until": valid_until, "send_mail": True}

    def perform(self, wish: str, form: Any, confirmed: frozenset[str]) -> Offer:
        given: dict[str, Any] = {"on": today(), "by": actor()}
        with transaction(self.customer):
            offer = save_offer(
                self.customer,
                positions=form.inputs(),
                payment_method=form.payment_method.data,
                method_locked=form.method_locked.data,
                text=form.text.data,
                valid_until=form.valid_until.data,
                offer=self.record,
                revision=form.opened_revision,
                send_mail=self.is_open and form.send_mail.data,
                **given,
            )
            if wish == "issue":
                issue_offer(offer, send_mail=form.send_mail.data, **given)
        return offer

    def done_with(self, wish: str) -> str:
        sentences = {
            "issue": _("Das Angebot ist ausgestellt."),
            "correct": _("Die neue Fassung ist ausgestellt."),
            "draft": _("Der Entwurf ist gespeichert."),
        }
        return sentences[wish]


class OfferPages(PositionPages):
    """Part of the views of offers: their form instead of that of master data."""

    new_page = OfferFormPage

    @expose("/<int(max=2147483647):record_id>/edit/", methods=("GET", "POST"))
    def edit_view(self, record_id: int) -> Any:
        """A draft is written on, an open offer gets a new version."""
        self.require(self.edit_right)
        offer = self.get_one(record_id) or abort(404)
        refuse_edit(offer, offer.customer)
        return OfferFormPage(self, offer.customer, offer).answer()
