"""Customers who leave: deleted, anonymised, told what is held; and what is said before."""

from dataclasses import dataclass
from typing import Any

from kutego.models import Customer, CustomerState, Right
from kutego.operations.deletions import delete_customer, listed
from kutego.operations.erasures import erase_customer, obstacles_of
from kutego.operations.gdpr_exports import request_export
from kutego.operations.leaving import Found, accounts_of, departure_of, standing_of
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.locking import LOCK_BUTTONS
from kutego.views.panel import Button, CheckField, PanelForm

TABS = {"enrolment": "participants", "credit_entry": "credit", "receipt": "credit",
        "dunning_notice": "invoices", "mandate": "invoices"}  # fmt: skip


def delete_preview(customer: Customer) -> list[str]:
    """What goes with the customer, or what keeps them."""
    plan = departure_of(customer)
    if plan.blocking:
        return [_("Wird nicht gelöscht, denn es gibt noch: %(found)s",
                  found=listed(plan.blocking))]  # fmt: skip
    gone = listed(plan.going) or _("die Stammdaten")
    return [_("Wird unwiderruflich gelöscht, mit: %(gone)s", gone=gone)]


def erase_preview(customer: Customer) -> list[str]:
    """What anonymising takes away and what it leaves, or why it has to wait."""
    if obstacles := obstacles_of(standing_of(accounts_of(customer))):
        return [_("Geht noch nicht. "), *obstacles]
    return [
        _("Name, Anschrift, E-Mail, Telefon, Bankdaten und eigene Felder werden gelöscht."),
        _("{participants}, Notizen, Dokumente, Gespräche und der Inhalt aller Nachrichten auch."),
        _("Rechnungen, Buchungen, Quittungen, Tickets und Angebote behalten ihre Anschrift, "
          "solange sie aufbewahrt werden müssen (§ 147 AO)."),
        _("Nur die Kundennummer bleibt. Das lässt sich nicht rückgängig machen."),
    ]  # fmt: skip


class ExportForm(PanelForm):
    with_notes = CheckField(
        m("Auch interne Notizen, Aufgaben und Bemerkungen ausgeben"), default=True,
        description=m("Auch sie sind personenbezogene Daten (Art. 15 DSGVO). Im Verlauf steht, "
                      "wie Sie sich entschieden haben."),
    )  # fmt: skip


LEAVING_BUTTONS = (
    *LOCK_BUTTONS,
    Button(request_export, ExportForm, label="DSGVO-Auskunft erstellen", icon="file-earmark-zip",
           done="Die Auskunft wird erstellt.", right=Right.CUSTOMERS_EXPORT,
           help="Eine ZIP-Datei mit allen Daten, Belegen und Dokumenten dieses Kunden. Sie steht "
                "sieben Tage zum Herunterladen bereit."),
    Button(erase_customer, label="Anonymisieren", icon="slash-circle", danger=True, mass=True,
           done="Der Kunde ist anonymisiert.", right=Right.CUSTOMERS_DELETE, preview=erase_preview,
           shown=lambda c: c.state is not CustomerState.ERASED,
           template="office/customers/erase.html"),
    Button(delete_customer, label="Löschen", icon="trash", danger=True, mass=True,
           done="Der Kunde ist gelöscht.", right=Right.CUSTOMERS_DELETE, preview=delete_preview,
           template="office/customers/delete.html"),
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """One kind of thing that stands in the way, and where to look at it."""

    title: str
    count: int
    url: str | None


class WithLeaving:
    """Part of the view of customers: what the page of deleting explains (spec CUS-31, DUP-05)."""

    def in_the_way(self, record: Customer) -> list[Kept]:
        """Everything that keeps the customer from being deleted."""
        return [self._kept(record, kind) for kind in departure_of(record).blocking]

    def obstacles(self, record: Customer) -> list[str]:
        """Everything that keeps the customer from being anonymised yet."""
        return obstacles_of(standing_of(accounts_of(record)))

    def other_ways(self, record: Customer) -> list[tuple[str, str, str]]:
        """What can be done instead, and before: address, words, icon."""
        view: Any = self
        names = ("request-export", "lock-customer", "erase-customer")
        return [
            (f"{view.record_url(record)}{button.name}/", button.label, button.icon)
            for button in view.offered_for(record)
            if button.name in names
        ]

    def _kept(self, record: Customer, kind: Found) -> Kept:
        view: Any = self
        slug = TABS.get(kind.table) or next(
            (c.slug for c in view.children if c.model.__tablename__ == kind.table), None
        )
        return Kept(_(kind.title), kind.count, view.tab_url(record, slug) if slug else None)
