"""The tabs of an offer: its positions, versions, and what came of it."""

from decimal import Decimal

from flask import g

from kutego.models import Invoice, OfferPosition, OfferVersion, Right, company
from kutego.operations.first_periods import as_billed
from kutego.operations.pricing import price
from kutego.views.office.columns import DOCUMENTS
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.panel import Column, TabView, today


def amount_of(position: OfferPosition) -> Decimal | None:
    """What a line comes to; the lines are priced together, so that no cent of the tax is lost."""
    if "offer_amounts" not in g:
        positions = g.parent.positions
        lines = price(as_billed(positions, None), company()).lines
        amounts = [line.gross for line in lines]
        g.offer_amounts = dict(zip(positions, amounts, strict=True))
    found: dict[OfferPosition, Decimal] = g.offer_amounts
    return found.get(position)


class OfferPositions(TabView):
    model = OfferPosition
    slug, title, one = "positions", "Positionen", "Position"
    parent_key = "offer_id"
    has_records = False
    right = Right.OFFERS_VIEW
    columns = (
        Column("place", "Pos."),
        Column("text", "Text"),
        Column("participant", PARTICIPANT, value=lambda p: p.participant and p.participant.name,
               load=("participant",), sort="participant.first_name"),
        Column("starts_on", "Beginn"),
        Column("quantity", "Menge", kind="number"),
        Column("unit_price", "Einzelpreis"),
        Column("discount_percent", "Rabatt", kind="percent"),
        Column("vat_rate", "USt", kind="percent"),
        Column("amount", "Betrag", value=amount_of, kind="money"),
    )  # fmt: skip
    default_sort = "place"
    empty = "Keine Positionen."


class OfferVersions(TabView):
    model = OfferVersion
    slug, title, one = "versions", "Fassungen", "Fassung"
    parent_key = "offer_id"
    has_records = False
    right = Right.OFFERS_VIEW
    columns = (
        Column("number", "Nummer"),
        Column("issued_on", "Datum"),
        Column("total", "Betrag"),
        DOCUMENTS,
    )
    default_sort = "-number"
    empty = "Noch nicht ausgestellt."


class OfferInvoices(TabView):
    model = Invoice
    slug, title, one = "invoices", "Rechnungen", "Rechnung"
    parent_key = "offer_id"
    right = Right.INVOICES_VIEW
    columns = (
        Column("number", "Nr.", link=lambda i: i),
        Column("issued_on", "Datum"),
        Column("total", "Betrag", total=True),
        Column("open_amount", "Offen", total=True),
        Column("status", "Status", value=lambda i: i.payment_status(today()), badge=True),
    )
    default_sort = "number"
    empty = "Rechnungen entstehen, wenn der Kunde das Angebot annimmt."
