"""Offers: the list, and one with everything about it."""

from flask import url_for
from sqlalchemy import select

from kutego.db import db
from kutego.models import Invoice, LegalText, Offer, OfferState, Right
from kutego.money import euro
from kutego.texts import gettext as _
from kutego.views.office.bookings import OfferBookings
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.history import WithHistory
from kutego.views.office.house_words import worded
from kutego.views.office.message_tabs import SubjectMessages
from kutego.views.office.offer_columns import OFFER_BUTTONS, OFFER_COLUMNS, OFFER_FILTERS
from kutego.views.office.offers_form import OfferPages
from kutego.views.office.offers_tabs import (
    OfferInvoices,
    OfferPositions,
    OfferVersions,
)
from kutego.views.panel import Badge, Card, Column, KeyFigure, ListLink, TabView, place_of, today


def invoices_of(offer: Offer) -> list[Invoice]:
    """What the acceptance has made; up to three for the head, the rest stands in the tab."""
    if offer.state is not OfferState.ACCEPTED:
        return []
    query = select(Invoice).where(Invoice.offer_id == offer.id).order_by(Invoice.id)
    return list(db.session.scalars(query.limit(3)))


def public_page(offer: Offer) -> str | None:
    """The page that the customer sees; the office may look, but not answer (spec OFF-16)."""
    return url_for("public.offer", token=offer.token) if offer.token else None


def agreed_texts(offer: Offer) -> str | None:
    """The versions of the texts that the customer agreed to, as proof (spec OFF-07)."""
    if offer.decision is None:
        return None
    answer = offer.decision
    ids = [answer.terms_id, answer.privacy_id, answer.withdrawal_id]
    texts = select(LegalText).where(LegalText.id.in_([id_ for id_ in ids if id_ is not None]))
    return "; ".join(str(text) for text in db.session.scalars(texts.order_by(LegalText.id)))


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
    search, search_hint = ("number", "customer.search"), worded("Nummer, Kunde, {participant}")
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
        Column("answered_from", "IP-Adresse", value=lambda o: o.decision and o.decision.address),
        Column("agreed_to", "Zugestimmt", value=agreed_texts),
    )
    cards = (
        Card("Angebot", "number", "customer", "issued_on", "valid_until", "total", "text"),
        Card(
            "Antwort",
            "public_page",
            "email",
            "payment_method",
            "decided_at",
            "answered_from",
            "agreed_to",
        ),
    )
    tabs = (OfferPositions, OfferVersions, SubjectMessages, OfferInvoices, OfferBookings)
    empty = "Noch kein Angebot. Der Kunde nimmt es mit einem Klick an, die Rechnung folgt."

    def list_links(self):
        drafts = f"{self.list_url}?f.state={OfferState.DRAFT.value}"
        return [ListLink(_("Entwürfe"), drafts, "pencil-square")]

    def badges(self, record):
        return [Badge.of(record.status(today()))]

    def key_figures(self, record):
        until = f"{record.valid_until:%d.%m.%Y}" if record.valid_until else "–"
        figures = [KeyFigure(_("Betrag"), euro(record.total)), KeyFigure(_("Gültig bis"), until)]
        for invoice in invoices_of(record):  # right where the eye falls first (spec OFF-18)
            figures.append(KeyFigure(_("Rechnung"), invoice.number, place_of(invoice)))
        return figures
