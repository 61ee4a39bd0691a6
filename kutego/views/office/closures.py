"""The business closes for a while: one button for all contracts."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import Contract, Location, Right
from kutego.operations.closures import close_business, open_spans, plan_closure
from kutego.operations.pauses import plan_pause
from kutego.texts import gettext as _
from kutego.views.office.contract_forms import day_text
from kutego.views.panel import (
    Button,
    CheckField,
    DateField,
    PanelForm,
    Place,
    RecordField,
    TextField,
)

SHOWN = 5  # contracts whose dates the preview tells


class CloseForm(PanelForm):
    first = DateField("Geschlossen ab")
    last = DateField("Geschlossen bis einschließlich")
    location = RecordField(
        "Standort", required=False, nothing="alle Standorte",
        description="Mit einem Standort ruhen nur Verträge für Kurse dort, "
        "Mitgliedschaften laufen weiter.",
    )  # fmt: skip
    reason = TextField("Grund", most=200, description="Steht auch in der E-Mail an die Kunden.")
    notify = CheckField(
        "Kunden per E-Mail benachrichtigen", default=True,
        description="Je Vertrag eine E-Mail, mit dem Tag der nächsten Rechnung.",
    )  # fmt: skip

    def prepare(self):
        query = select(Location).order_by(Location.name)
        self.location.records = db.session.scalars(query).all()


def close_preview(first, last, location, on):
    """Who rests and who does not, and where the dates of the first of them go."""
    plan = plan_closure(first, last, location, on)
    examples = list(_examples(plan, on))
    return [*plan.lines(), *([_("Zum Beispiel:")] if examples else []), *examples]


def _examples(plan, on):
    chosen = select(Contract).where(Contract.id.in_(plan.ids[:SHOWN])).order_by(Contract.id)
    for contract in db.session.scalars(chosen):
        first = max(plan.days.first, contract.starts_on)
        [span, *more] = open_spans(contract, first, plan.days.last)
        if more:
            continue
        after = plan_pause(contract, first=span.first, last=span.last, on=on)
        words = {"contract": contract, "customer": contract.customer.name}
        if after.next_invoice_on == contract.next_invoice_on:
            yield _("%(contract)s, %(customer)s: Rechnung wie bisher am %(next)s, ihr Zeitraum "
                    "wird um die Pause länger",
                    next=day_text(after.next_invoice_on), **words)  # fmt: skip
            continue
        yield _(
            "%(contract)s, %(customer)s: Ende %(old)s → %(new)s, nächste Rechnung %(next)s",
            old=day_text(contract.ends_on), new=day_text(after.ends_on),
            next=day_text(after.next_invoice_on), **words,
        )  # fmt: skip


CLOSE_BUSINESS = Button(
    close_business, CloseForm, label="Betrieb schließen", icon="calendar-x", place=Place.LIST,
    done="Die Verträge ruhen, einer nach dem anderen.", right=Right.CONTRACTS_EDIT,
    preview=close_preview,
    help="Ferien, Umbau, Krankheit: Alle Verträge ruhen für diese Tage. Jeder Vertrag genau "
    "einmal, auch wenn Sie es zweimal versuchen.",
)  # fmt: skip
