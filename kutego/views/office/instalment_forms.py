"""Turning an open invoice into an instalment agreement."""

from kutego.models import InvoiceState, Right
from kutego.money import CENT
from kutego.operations.instalments import agree_instalments, plan_for
from kutego.texts import gettext as _
from kutego.views.office.contract_forms import day_text
from kutego.views.panel import (
    Button,
    CheckField,
    DateField,
    MoneyField,
    NumberField,
    PanelForm,
)


class InstalmentForm(PanelForm):
    instalments = NumberField(
        "Anzahl der Raten", least=2, most=36,
        description="Die erste mit dieser Rechnung, dann jeden Monat eine.",
    )  # fmt: skip
    first_amount = MoneyField(
        "Erste Rate", least=CENT, required=False,
        description="Leer: alle Raten gleich hoch. Eine Anzahlung darf höher oder niedriger sein.",
    )  # fmt: skip
    second_on = DateField(
        "Zweite Rate am", required=False,
        description="Leer: in einem Monat. Die weiteren folgen Monat für Monat an diesem Tag.",
    )  # fmt: skip
    send_mail = CheckField("Neue Fassung der Rechnung per E-Mail senden", default=True)


def instalment_preview(invoice, instalments, first_amount, second_on, on):
    """Each part with its day; the sum is what the invoice is over now."""
    return [
        (_("Rate %(number)s am %(day)s", number=part.number, day=day_text(part.on)), part.amount)
        for part in plan_for(invoice, instalments, on, first_amount, second_on)
    ]


AGREE_INSTALMENTS = Button(
    agree_instalments, InstalmentForm, label="In Raten zahlen", icon="calendar-range",
    done="Die Ratenvereinbarung ist angelegt, die Rechnung ist jetzt die erste Rate.",
    right=Right.INVOICES_EDIT, preview=instalment_preview,
    help="Die Rechnung bekommt eine neue Fassung über die erste Rate.",
    shown=lambda i: i.state is InvoiceState.ISSUED and i.open_amount > 0 and i.cancelled == 0
    and i.contract_id is None,
)  # fmt: skip
