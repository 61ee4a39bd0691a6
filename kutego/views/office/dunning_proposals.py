"""The proposal of today: who would get which letter, to be approved one by one or all at once."""

from flask import url_for

from kutego.db import db
from kutego.models import Customer, Invoice, Right
from kutego.operations.dunning import dun_customer, stop_customer_dunning
from kutego.operations.dunning_plan import due_customers, letters
from kutego.texts import gettext as _
from kutego.views.office.dunning_buttons import costs
from kutego.views.office.dunning_found import letters_of
from kutego.views.office.forms import ReasonForm
from kutego.views.panel import Badge, Button, Column, ListLink, RecordView, today


def preview(customer, on):
    """Every letter with its invoices, what is open, and the fees that come with it."""
    lines = []
    for letter in letters(on, customers=[customer.id]):
        for item in letter.items:
            invoice = db.session.get_one(Invoice, item.invoice_id)
            what = _("%(stage)s zu %(number)s, fällig am %(day)s", stage=item.stage.name,
                     number=invoice.number, day=f"{item.due_on:%d.%m.%Y}")  # fmt: skip
            lines.append((what, item.open_amount))
            lines += costs(invoice, item.stage, on)
        if letter.stage.by_post:
            lines.append(_("Das Schreiben geht auch per Post hinaus und kostet Porto."))
    return lines or [_("Nichts mehr zu mahnen.")]


def stages(customer):
    """The stages that the customer's invoices reach, each once."""
    names = (item.stage.name for letter in letters_of(customer) for item in letter.items)
    return ", ".join(dict.fromkeys(names))


def items(customer):
    """All invoices that would be dunned."""
    return [item for letter in letters_of(customer) for item in letter.items]


class ProposalView(RecordView):
    model = Customer
    slug, title, one, icon = "dunning_proposals", "Mahnvorschlag", "Mahnschreiben", "bell"
    category = "Finanzen"
    is_home = False
    right = Right.DUNNING
    columns = (
        Column("name", "Kunde", sort="sort_name", link=lambda c: c),
        Column("letter", "Schreiben", value=lambda c: Badge(stages(c), "warning"), badge=True),
        Column("invoices", "Rechnungen", kind="number", value=lambda c: len(items(c))),
        Column("amount", "Offen", kind="money",
               value=lambda c: sum(letter.open_amount for letter in letters_of(c))),
        Column("oldest", "Fällig seit", kind="date",
               value=lambda c: min((item.due_on for item in items(c)), default=None)),
        Column("email", "E-Mail"),
    )  # fmt: skip
    search, search_hint = "search", "Name, Nummer, E-Mail"
    default_sort = "name"
    buttons = (
        Button(dun_customer, None, label="Schreiben senden", icon="send", mass=True, primary=True,
               done="Die Schreiben gehen hinaus.", right=Right.DUNNING, preview=preview,
               help="Beim Senden wird noch einmal geprüft: Wer inzwischen bezahlt hat, bekommt "
                    "nichts."),
        Button(stop_customer_dunning, ReasonForm, label="Kunden nicht mahnen", icon="stop-circle",
               mass=True, done="Dieser Kunde wird nicht mehr gemahnt.", right=Right.DUNNING,
               shown=lambda c: c.dunning_stopped_at is None),
    )  # fmt: skip
    empty = (
        "Heute ist nichts zu mahnen. Warum eine Rechnung nicht dabei ist, steht in der Liste der "
        "Rechnungen in der Spalte „Nicht gemahnt, weil“."
    )

    def scope(self, query):
        return query.where(Customer.id.in_(due_customers(today()).order_by(None)))

    def list_links(self):
        others = url_for("invoices.index_view") + "?f.status=overdue&f.dunned=no"
        return [ListLink(_("Überfällig, aber nicht dabei"), others, "question-circle")]
