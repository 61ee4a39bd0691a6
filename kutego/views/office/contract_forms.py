"""What is asked before a contract changes."""

from datetime import date

from kutego.models import Settlement
from kutego.operations.billing import cancelled_periods
from kutego.operations.contracts import plan_shift
from kutego.operations.online_notices import open_notice
from kutego.texts import gettext as _
from kutego.views.panel import (
    CheckField,
    ChoiceField,
    DateField,
    NumberField,
    PanelForm,
    RecordField,
    TextField,
    today,
)


class ShiftForm(PanelForm):
    months = NumberField(
        "Um wie viele Monate", required=False, least=-24, most=24,
        description="Ende und nächste Rechnung rücken nach hinten, der Platz bleibt. "
        "Eine negative Zahl nimmt eine Verschiebung zurück.",
    )  # fmt: skip
    days = NumberField(
        "Oder um wie viele Tage", required=False, least=-366, most=366,
        description="Zwei Wochen sind 14. Der Abrechnungstag rückt dann mit.",
    )  # fmt: skip
    reason = TextField("Grund", most=500)
    notify = CheckField("Kunden per E-Mail benachrichtigen")


class DatesForm(PanelForm):
    ends_on = DateField("Vertragsende", description="Bis wann der Platz bezahlt ist.")
    next_invoice_on = DateField(
        "Nächste Rechnung", required=False, description="Leer: am Tag nach dem Ende, ohne Lücke."
    )
    billing_day = NumberField(
        "Abrechnungstag im Monat", required=False, least=1, most=31,
        description="Leer: wie bisher, oder der Tag der nächsten Rechnung.",
    )  # fmt: skip

    @classmethod
    def initial(cls, records):
        contract = records[0]
        follows = contract.is_adjacent
        return {
            "ends_on": contract.ends_on,
            "next_invoice_on": None if follows else contract.next_invoice_on,
        }


class TerminateForm(PanelForm):
    received_on = DateField("Kündigung eingegangen am", default=today)
    to = DateField(
        "Kündigen zum", required=False,
        description="Leer: zum frühesten Termin nach Mindestlaufzeit und Frist.",
    )  # fmt: skip
    reason = TextField("Grund", required=False, most=500)
    notify = CheckField("Kündigung per E-Mail bestätigen", default=True)

    @classmethod
    def initial(cls, records):
        """What a customer declared on the website stands in the fields already."""
        given = open_notice(records[0]) if len(records) == 1 else None
        if given is None:
            return {}
        to = given.facts["wished_on"]
        return {
            "received_on": date.fromisoformat(given.facts["received_on"]),
            "to": date.fromisoformat(to) if to else None,
        }


class EndForm(PanelForm):
    reason = TextField("Grund", most=500)
    keep_place = CheckField("Der Platz bleibt, solange er bezahlt ist", default=True)


class BillAgainForm(PanelForm):
    period = RecordField(
        "Zeitraum",
        text=lambda p: f"{p.first:%d.%m.%Y} bis {p.last:%d.%m.%Y}",
        description="Nur Zeiträume, deren Rechnung storniert wurde.",
    )

    def prepare(self):
        if self.record is not None:
            self.period.records = cancelled_periods(self.record)


class CancelContractForm(PanelForm):
    reason = TextField("Grund", most=500)
    settlement = ChoiceField("Schon bezahltes Geld", Settlement, default=Settlement.CREDIT)
    send_mail = CheckField("Stornorechnungen per E-Mail senden", default=True)


def shift_preview(contract, months, days):
    """Where end and next invoice would move to."""
    plan = plan_shift(contract, months, days)
    return [
        _("Ende: %(old)s → %(new)s", old=day_text(contract.ends_on), new=day_text(plan.ends_on)),
        _(
            "Nächste Rechnung: %(old)s → %(new)s",
            old=day_text(contract.next_invoice_on),
            new=day_text(plan.next_invoice_on),
        ),
    ]


def day_text(day) -> str:
    """A day as the previews write it."""
    return f"{day:%d.%m.%Y}"
