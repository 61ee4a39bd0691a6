"""What the office can do about a customer's newsletter, and how the record tells of it."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import ConsentSource, Customer, CustomerState, NewsletterConsent, Right
from kutego.operations.newsletter import ask_consent, record_consent, withdraw_consent
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.panel import Button, ChoiceField, DateField, PanelForm, TextField, today

OUTSIDE = (ConsentSource.PAPER, ConsentSource.WEBSITE, ConsentSource.IMPORT)


class PaperForm(PanelForm):
    given_on = DateField(m("Eingewilligt am"), default=today)
    source = ChoiceField(m("Wie"), ConsentSource, only=OUTSIDE)
    note = TextField(
        m("Wo liegt der Nachweis?"), most=200,
        description=m("Zum Beispiel: Anmeldeformular im Ordner 2026. Ohne Nachweis gilt die "
                      "Einwilligung vor Gericht nicht."),
    )  # fmt: skip


class WithdrawForm(PanelForm):
    note = TextField(m("Notiz"), required=False, most=200,
                     description=m("Zum Beispiel: am Telefon abbestellt."))  # fmt: skip


def is_reachable(customer: Customer) -> bool:
    """Whether a newsletter could reach the customer at all."""
    return customer.state is CustomerState.ACTIVE and bool(customer.email)


NEWSLETTER_BUTTONS = (
    Button(ask_consent, None, label="Newsletter: Bestätigung anfordern", icon="envelope-check",
           done="Die E-Mail mit dem Link zur Bestätigung ist unterwegs.",
           right=Right.MESSAGES_SEND, name="ask-newsletter", shown=is_reachable,
           help="Nur, wenn der Kunde den Newsletter haben möchte. Er bekommt eine E-Mail mit "
                "einem Link; erst wenn er dort bestätigt, ist er angemeldet."),
    Button(record_consent, PaperForm, label="Newsletter: Einwilligung eintragen", icon="pencil",
           done="Die Einwilligung ist eingetragen.", right=Right.MESSAGES_SEND,
           shown=is_reachable),
    Button(withdraw_consent, WithdrawForm, label="Newsletter abbestellen", icon="x-circle",
           done="Der Kunde bekommt keinen Newsletter mehr.", right=Right.MESSAGES_SEND,
           shown=lambda c: c.newsletter),
)  # fmt: skip


def told_newsletter(customer: Customer) -> str:
    """The standing in one sentence: since when, how, and whether it fits the address of today."""
    lines = select(NewsletterConsent).where(NewsletterConsent.customer_id == customer.id)
    newest = db.session.scalar(lines.order_by(NewsletterConsent.id.desc()).limit(1))
    if newest is None:
        return _("Ja, ohne Nachweis: kein Versand") if customer.newsletter else _("Nein")
    told = _(
        "%(what)s am %(day)s (%(source)s)",
        what=newest.action.label, day=f"{newest.given_on:%d.%m.%Y}", source=newest.source.label,
    )  # fmt: skip
    if customer.newsletter and newest.address != customer.email:
        return _("%(told)s, aber für %(address)s: kein Versand an die neue Adresse", told=told,
                 address=newest.address or "–")  # fmt: skip
    return told
