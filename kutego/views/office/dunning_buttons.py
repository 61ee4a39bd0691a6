"""What can be done about the dunning of an invoice."""

from kutego.models import Right
from kutego.money import CENT
from kutego.operations.dunning import dun_invoice, refusal, resume_dunning, stop_dunning
from kutego.operations.dunning_claims import claim_of
from kutego.operations.dunning_fees import add_dunning_fee, defer_invoice, stage_fee
from kutego.operations.dunning_plan import UNASKED, letters
from kutego.operations.dunning_rules import LeftOut
from kutego.operations.dunning_runs import HIGHEST_FEE
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.dunning_found import reason_of
from kutego.views.office.forms import ReasonForm
from kutego.views.panel import Button, DateField, MoneyField, PanelForm, TextField, today


class FeeForm(PanelForm):
    amount = MoneyField(m("Mahngebühr"), least=CENT, most=HIGHEST_FEE)
    reason = TextField(m("Grund"), most=200)


class DeferForm(PanelForm):
    due_on = DateField(m("Neues Zahlungsziel"))
    reason = TextField(m("Grund"), most=200, description=m("Zum Beispiel: Stundung vereinbart"))


def is_stopped(invoice):
    """Whether a person has stopped it, or its payment method keeps it out."""
    case = invoice.dunning
    if case is not None and case.stopped_at is not None:
        return not case.in_collection
    return invoice.payment_method in UNASKED and not (case and case.is_included)


def is_dunned(invoice):
    """Whether it can be dunned at all."""
    return invoice.open_amount > 0 and not is_stopped(invoice) and not in_collection(invoice)


def in_collection(invoice):
    return invoice.dunning is not None and invoice.dunning.in_collection


def has_stage_left(invoice):
    """Whether a letter can still follow; after the last one it is a matter of collection."""
    return reason_of(invoice) is not LeftOut.DONE


def costs(invoice, stage, on):
    """What the letter adds to the open amount: the fee, and of a business what the law gives."""
    claim = claim_of(invoice, stage, on)
    since = f"{claim.interest_from:%d.%m.%Y}" if claim.interest_from else ""
    lines = [
        (_("Mahngebühr als neue Version der Rechnung"), stage_fee(invoice, stage, on)),
        (_("Verzugszinsen seit %(day)s", day=since), claim.interest),
        (_("Verzugspauschale"), claim.lump_sum),
    ]
    return [line for line in lines if line[1]]


def preview(invoice, on):
    """Which stage it would be, and what it costs the customer."""
    if reason := refusal(invoice, on, by_hand=True):
        return [reason]
    [found] = letters(on, invoices=[invoice.id], by_hand=True)
    stage = found.stage
    lines = [_("%(stage)s an %(name)s", stage=stage.name, name=invoice.customer.name),
             (_("Offen"), invoice.open_amount)]  # fmt: skip
    lines += costs(invoice, stage, on)
    if stage.by_post:
        lines.append(_("Das Schreiben geht auch per Post hinaus und kostet Porto."))
    if stage.suspends:
        lines.append(_("Die Kursplätze dieser Rechnung ruhen, bis sie bezahlt ist."))
    return lines


def is_late(invoice):
    return invoice.open_amount > 0 and invoice.due_on is not None and invoice.due_on < today()


DUNNING_BUTTONS = (
    Button(dun_invoice, None, label="Jetzt erinnern oder mahnen", icon="bell", mass=True,
           done="Das Schreiben wird versendet.", right=Right.DUNNING, preview=preview,
           shown=lambda i: is_late(i) and is_dunned(i) and has_stage_left(i)),
    Button(stop_dunning, ReasonForm, label="Mahnen stoppen", icon="stop-circle", mass=True,
           done="Das Mahnen ist gestoppt.", right=Right.DUNNING, shown=is_dunned),
    Button(resume_dunning, ReasonForm, label="Mahnen fortsetzen", icon="play-fill", mass=True,
           done="Das Mahnen läuft.", right=Right.DUNNING,
           shown=lambda i: i.open_amount > 0 and is_stopped(i),
           help="Auch eine Rechnung, deren Zahlungsmethode sonst nicht gemahnt wird, nehmen Sie so "
                "auf, zum Beispiel nach einer Rücklastschrift."),
    Button(add_dunning_fee, FeeForm, label="Mahngebühr berechnen", icon="plus-circle",
           done="Die Gebühr steht auf der Rechnung.", right=Right.DUNNING,
           shown=lambda i: is_late(i) and is_stopped(i) and i.cancelled == 0,
           help="Solange gemahnt wird, kommt die Gebühr mit der Mahnstufe von selbst."),
    Button(defer_invoice, DeferForm, label="Zahlungsziel verschieben", icon="calendar-plus",
           done="Das neue Zahlungsziel gilt.", right=Right.INVOICES_EDIT, mass=True,
           shown=lambda i: i.open_amount > 0 and i.cancelled == 0,
           help="Die Rechnung bekommt eine neue Version. Kommende Mahnstufen richten sich danach."),
)  # fmt: skip
