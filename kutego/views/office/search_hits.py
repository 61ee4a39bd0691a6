"""What the search over everything finds, as far as the rights of the user go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_login import current_user

from kutego.db import db
from kutego.models import Booking, Contract, Customer, Invoice, Offer, Right
from kutego.models.cancellation import Cancellation
from kutego.models.credit import Receipt
from kutego.models.search import (
    NUMBERED,
    Document,
    customers_by_id,
    customers_matching,
    documents_matching,
)
from kutego.texts import gettext as _
from kutego.texts import search_key
from kutego.views import menu
from kutego.views.formats import euro, german_day
from kutego.views.frame import badge_kind, today
from kutego.views.panel.places import place_of

GROUPS: dict[type[Any], tuple[Callable[[], str], str, Right]] = {
    Invoice: (lambda: _("Rechnungen"), "receipt", Right.INVOICES_VIEW),
    Offer: (lambda: _("Angebote"), "file-earmark-text", Right.OFFERS_VIEW),
    Contract: (lambda: _("Verträge"), "arrow-repeat", Right.CONTRACTS_VIEW),
    Cancellation: (lambda: _("Stornierungen"), "file-earmark-x", Right.INVOICES_VIEW),
    Receipt: (lambda: _("Quittungen"), "cash-coin", Right.CREDIT_VIEW),
    Booking: (lambda: _("Buchungen"), "bookmark", Right.INVOICES_VIEW),
}


@dataclass(frozen=True)
class Hit:
    """One line of the results."""

    title: str
    url: str
    icon: str
    detail: str = ""
    badge: str = ""
    badge_kind: str = ""


def find(term: str, *, most: int) -> list[tuple[str, list[Hit]]]:
    """Groups of hits for `term`, at most `most` in each, as far as the rights of the user go."""
    ids: list[int] = []
    if current_user.may(Right.CUSTOMERS_VIEW):
        ids = list(db.session.scalars(customers_matching(term).limit(most)))
    kinds = tuple(kind for kind in NUMBERED if current_user.may(GROUPS[kind.model][2]))
    documents = documents_matching(term, kinds, on=today(), most=most)
    customers = customers_by_id({*ids, *(d.customer_id for d in documents)})
    found = [(_("Kunden"), [_customer_hit(customers[i]) for i in ids if i in customers])]
    for model, (label, icon, _right) in GROUPS.items():
        mine = [d for d in documents if isinstance(d.record, model)]
        found.append((label(), [_document_hit(d, customers, icon) for d in mine]))
    found.append((_("Seiten"), _pages(term)))
    return [(name, kept) for name, hits in found if (kept := [h for h in hits if h.url])]


def _customer_hit(customer: Customer) -> Hit:
    names = ", ".join(p.name for p in customer.participants[:4])
    parts = (customer.number, names, customer.email, customer.city)
    return Hit(
        title=customer.name,
        url=place_of(customer) or "",
        icon="building" if customer.is_company else "person",
        detail=" · ".join(filter(None, parts)),
        badge=customer.state.label if customer.is_locked else "",
        badge_kind=badge_kind(customer.state),
    )


def _document_hit(document: Document, customers: dict[int, Customer], icon: str) -> Hit:
    customer = customers.get(document.customer_id)
    amount = euro(document.amount)
    parts = (customer.name if customer else "", german_day(document.on), amount)
    url = place_of(document.record) or ""
    return Hit(document.number, url, icon, " · ".join(filter(None, parts)))


def _pages(term: str) -> list[Hit]:
    """Places of the office and things to create with a word that begins with `term`."""
    key = search_key(term)
    new = [(_("Neu: %(what)s", what=e.label), "", e) for e in menu.new_entries()]
    places = [(e.label, where, e) for where, e in menu.everywhere()]
    return [
        Hit(title, entry.url, entry.icon, where if where != title else "")
        for title, where, entry in places + new
        if f" {key}" in f" {search_key(title)}"
    ]
