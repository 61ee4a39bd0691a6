"""Offers: the list, one with everything about it, and what may be done now."""

from functools import reduce
from operator import or_

from flask import url_for
from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    Invoice,
    Offer,
    OfferState,
    OfferStatus,
    PaymentMethod,
    Right,
    offer_status_is,
)
from kutego.money import euro
from kutego.operations.offers import (
    copy_offer,
    delete_draft,
    issue_offer,
    resend_offer,
    save_offer,
    withdraw_offer,
)
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.history import WithHistory
from kutego.views.office.offers_form import OfferPages
from kutego.views.office.offers_tabs import (
    OfferInvoices,
    OfferMessages,
    OfferPositions,
    OfferVersions,
)
from kutego.views.panel import (
    AmountFilter,
    Badge,
    Button,
    Card,
    CheckField,
    ChoiceFilter,
    Column,
    DateFilter,
    KeyFigure,
    LongTextField,
    PanelForm,
    Place,
    TabView,
    TextFilter,
    place_of,
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
    Column("payment_method", "Zahlungsart", shown=False),
    Column("version", "Fassung", shown=False),
    Column("created_at", "Angelegt", shown=False),
)
OFFER_FILTERS = (
    StatusFilter("status", "Status", OfferStatus),
    TextFilter("number", "Nummer"),
    DateFilter("issued_on", "Datum"),
    DateFilter("valid_until", "Gültig bis"),
    AmountFilter("total", "Betrag"),
    ChoiceFilter("payment_method", "Zahlungsart", PaymentMethod),
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


def invoices_of(offer: Offer) -> list[Invoice]:
    """What the acceptance has made; up to three for the head, the rest stands in the tab."""
    if offer.state is not OfferState.ACCEPTED:
        return []
    query = select(Invoice).where(Invoice.offer_id == offer.id).order_by(Invoice.id)
    return list(db.session.scalars(query.limit(3)))


def public_page(offer: Offer) -> str | None:
    """The page that the customer sees; the office may look, but not answer (spec OFF-16)."""
    return url_for("public.offer", token=offer.token) if offer.token else None


class CustomerOffers(OfferPages, TabView):
    model = Offer
    slug, title, one = "offers", "Angebote", "Angebot"
    parent_key = "customer_id"
    right, edit_right = Right.OFFERS_VIEW, Right.OFFERS_EDIT
    columns, filters, buttons = OFFER_COLUMNS, OFFER_FILTERS, OFFER_BUTTONS
    default_sort = "-created_at"
    empty = "Noch kein Angebot."


class OfferView(WithHistory, OfferPages):
    model = Offer
    slug, title, one, icon = "offers", "Angebote", "Angebot", "file-earmark-text"
    category = "Finanzen"
    right, edit_right = Right.OFFERS_VIEW, Right.OFFERS_EDIT
    columns = (OFFER_COLUMNS[0], CUSTOMER, *OFFER_COLUMNS[1:])
    filters, buttons = OFFER_FILTERS, OFFER_BUTTONS
    search, search_hint = "number", "Angebotsnummer"
    default_sort = "-created_at"
    fields = (
        Column("text", "Angebotstext"),
        Column("email", "Angebot geht an"),
        Column(
            "public_page",
            "Seite des Kunden",
            value=lambda o: _("ansehen wie der Kunde") if o.token else _("nach dem Ausstellen"),
            link=public_page,
        ),
        Column("decided_at", "Beantwortet", value=lambda o: o.decision and o.decision.at),
    )
    cards = (
        Card("Angebot", "number", "customer", "issued_on", "valid_until", "total", "text"),
        Card("Antwort", "public_page", "email", "payment_method", "decided_at"),
    )
    tabs = (OfferPositions, OfferVersions, OfferMessages, OfferInvoices)
    empty = "Noch kein Angebot. Der Kunde nimmt es mit einem Klick an, die Rechnung folgt."

    def badges(self, record):
        return [Badge.of(record.status(today()))]

    def key_figures(self, record):
        until = f"{record.valid_until:%d.%m.%Y}" if record.valid_until else "–"
        figures = [KeyFigure(_("Betrag"), euro(record.total)), KeyFigure(_("Gültig bis"), until)]
        for invoice in invoices_of(record):  # right where the eye falls first (spec OFF-18)
            figures.append(KeyFigure(_("Rechnung"), invoice.number, place_of(invoice)))
        return figures
