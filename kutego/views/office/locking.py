"""Customers who are kept out: lock and unlock, and what a lock does not stop."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from kutego.models import Customer, CustomerState, Right
from kutego.operations.customers import lock_customer, unlock_customer
from kutego.operations.leaving import standing_of
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.office.forms import ReasonForm
from kutego.views.panel import Button


def lock_preview(customer: Customer) -> list[Any]:
    """What a lock does, and what it does not stop by itself (spec CUS-36, 37)."""
    lines: list[Any] = [
        _("Keine Buchung, keine Anmeldung und keine System-E-Mail mehr; E-Mails stehen als "
          "unterdrückt in der Akte. Alle Daten bleiben.")
    ]  # fmt: skip
    open_now = standing_of([customer.id])
    if open_now.open_invoices:
        words = ngettext("Eine Rechnung ist noch offen und wird weiter gemahnt",
                         "%(count)s Rechnungen sind noch offen und werden weiter gemahnt",
                         open_now.open_invoices)  # fmt: skip
        lines.append((_tab_link(customer, "invoices", words), open_now.open_amount))
    if open_now.contracts:
        words = ngettext("Ein Vertrag läuft weiter und wird abgerechnet",
                         "%(count)s Verträge laufen weiter und werden abgerechnet",
                         open_now.contracts)  # fmt: skip
        lines.append(_tab_link(customer, "contracts", words))
    if open_now.offers:
        words = ngettext("Ein Angebot ist noch offen und kann nicht mehr angenommen werden",
                         "%(count)s Angebote sind noch offen und können nicht mehr angenommen "
                         "werden", open_now.offers)  # fmt: skip
        lines.append(_tab_link(customer, "offers", words))
    if open_now.places:
        words = ngettext("Ein Kursplatz bleibt belegt", "%(count)s Kursplätze bleiben belegt",
                         open_now.places)  # fmt: skip
        lines.append(_tab_link(customer, "participants", words))
    if open_now.dates:
        lines.append(
            ngettext("Ein Termin, eine Raumvermietung oder ein Ticket bleibt bestehen",
                     "%(count)s Termine, Raumvermietungen oder Tickets bleiben bestehen",
                     open_now.dates)
        )  # fmt: skip
    return lines


def _tab_link(customer: Customer, tab: str, words: str) -> Markup:
    url = url_for(f"customers_{tab}.index_view", parent_id=customer.id)
    return Markup('<a href="{}">{}</a>').format(url, words)


LOCK_BUTTONS = (
    Button(lock_customer, ReasonForm, label="Sperren", icon="lock", danger=True, mass=True,
           done="Der Kunde ist gesperrt.", right=Right.CUSTOMERS_EDIT, preview=lock_preview,
           shown=lambda c: c.state is CustomerState.ACTIVE,
           help="Der Kunde selbst erfährt davon nichts."),
    Button(unlock_customer, ReasonForm, label="Entsperren", icon="unlock", mass=True,
           done="Der Kunde ist entsperrt.", right=Right.CUSTOMERS_EDIT,
           shown=lambda c: c.state is CustomerState.LOCKED),
)  # fmt: skip
