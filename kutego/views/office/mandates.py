"""SEPA mandates on the customer's record: noted when the paper is there, revoked (spec CUS-15)."""

from kutego.models import Customer, Right
from kutego.operations.mandates import grant_mandate, revoke_mandate
from kutego.texts import marked as m
from kutego.views.panel import Button, DateField, PanelForm, TextField, today


class MandateForm(PanelForm):
    signed_on = DateField(m("Unterschrieben am"), default=today)
    reference = TextField(
        m("Mandatsreferenz"), required=False, most=35,
        description=m("Was auf dem Mandat steht. Leer lassen: Sie wird aus der Kundennummer "
                      "gebildet."),
    )  # fmt: skip


class RevokeForm(PanelForm):
    revoked_on = DateField(m("Widerrufen am"), default=today)


def may_grant(customer: Customer) -> bool:
    """Whether there is an account, and no mandate for it yet."""
    return bool(customer.iban) and not customer.has_mandate


MANDATE_BUTTONS = (
    Button(grant_mandate, MandateForm, label="SEPA-Mandat erfassen", icon="bank",
           done="Das Mandat ist erfasst.", right=Right.BANK_DATA, shown=may_grant,
           help="Rechnungen mit Lastschrift nennen das Mandat und das Konto."),
    Button(revoke_mandate, RevokeForm, label="SEPA-Mandat widerrufen", icon="slash-circle",
           danger=True, done="Das Mandat ist widerrufen.", right=Right.BANK_DATA,
           shown=lambda c: c.has_mandate,
           help="Neue Rechnungen nennen es nicht mehr. Es bleibt im Verlauf des Kunden stehen."),
)  # fmt: skip
