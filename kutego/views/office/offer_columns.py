"""What a list of offers shows, finds and does; the same on its own page and at a customer."""

from functools import reduce
from operator import or_

from kutego.models import Offer, OfferState, OfferStatus, PaymentMethod, Right, offer_status_is
from kutego.operations.offers import (
    copy_offer,
    delete_draft,
    issue_offer,
    resend_offer,
    save_offer,
    withdraw_offer,
)
from kutego.views.panel import (
    AmountFilter,
    Button,
    CheckField,
    ChoiceFilter,
    Column,
    DateFilter,
    LongTextField,
    PanelForm,
    Place,
    TextFilter,
    today,
)


class StatusFilter(ChoiceFilter):
    """The status of today, in SQL as for one record in Python."""

    def condition(self, model, values):
        return reduce(or_, (offer_status_is(s, today()) for s in self._chosen(values)))


class IssueForm(PanelForm):
    send_mail = CheckField("E-Mail mit PDF und Link an den Kunden senden", default=True)


class WithdrawForm(PanelForm):
    reason = LongTextField(
        "Grund", most=500, description="Nur für Ihren Verlauf, der Kunde liest ihn nicht."
    )
    notify = CheckField("Kunden per E-Mail benachrichtigen")


class ResendForm(PanelForm):
    to_current = CheckField("An die heutige Adresse des Kunden senden")


def is_draft(offer: Offer) -> bool:
    """Whether it was never sent."""
    return offer.state is OfferState.DRAFT


def is_unanswered(offer: Offer) -> bool:
    """Whether the customer has not reacted yet, in time or not."""
    return offer.state is OfferState.OPEN


OFFER_COLUMNS = (
    Column("number", "Nr.", value=str, sort="number"),
    Column("issued_on", "Datum"),
    Column("valid_until", "Gültig bis"),
    Column("total", "Betrag", total=True),
    Column("status", "Status", value=lambda o: o.status(today()), badge=True, sort="state"),
    Column("payment_method", "Zahlungsmethode", shown=False),
    Column("version", "Fassung", shown=False),
    Column("created_at", "Angelegt", shown=False),
)
OFFER_FILTERS = (
    StatusFilter("status", "Status", OfferStatus),
    TextFilter("number", "Nummer"),
    DateFilter("issued_on", "Datum"),
    DateFilter("valid_until", "Gültig bis"),
    AmountFilter("total", "Betrag"),
    ChoiceFilter("payment_method", "Zahlungsmethode", PaymentMethod),
)
OFFER_BUTTONS = (
    Button(save_offer, None, label="Bearbeiten", icon="pencil", name="edit", place=Place.PAGE,
           done="", right=Right.OFFERS_EDIT, shown=lambda o: is_draft(o) or is_unanswered(o)),
    Button(issue_offer, IssueForm, label="Angebot ausstellen", icon="send", primary=True,
           mass=True, done="Das Angebot ist ausgestellt.", right=Right.OFFERS_EDIT,
           shown=is_draft),
    Button(resend_offer, ResendForm, label="Noch einmal senden", icon="envelope", mass=True,
           primary=True, done="Das Angebot wird versendet.", right=Right.OFFERS_EDIT,
           shown=lambda o: o.status(today()) is OfferStatus.OPEN),
    Button(copy_offer, None, label="Kopieren", icon="copy", right=Right.OFFERS_EDIT,
           done="Der neue Entwurf ist angelegt:"),
    Button(withdraw_offer, WithdrawForm, label="Zurückziehen", icon="x-lg", danger=True,
           mass=True, done="Das Angebot ist zurückgezogen.", right=Right.OFFERS_EDIT,
           help="Der Kunde kann es danach nicht mehr annehmen. Das lässt sich nicht umkehren.",
           shown=is_unanswered),
    Button(delete_draft, None, label="Entwurf löschen", icon="trash", danger=True, mass=True,
           done="Der Entwurf ist gelöscht.", right=Right.OFFERS_EDIT, shown=is_draft),
)  # fmt: skip
