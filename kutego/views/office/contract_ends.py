"""What it means to terminate, to end or to cancel a contract, told before it is done."""

from sqlalchemy import func, select

from kutego.db import db
from kutego.models import ContractKind, ContractPeriod, Invoice
from kutego.money import ZERO, euro
from kutego.operations.billing_lines import instalments_made
from kutego.operations.contract_cancellations import plan_contract_cancellation
from kutego.operations.instalment_parts import part_amounts
from kutego.operations.terminations import earliest_end, explain_end
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.office.contract_forms import day_text


def terminate_preview(contract, received_on, to):
    """How the earliest end comes about, and what is billed until then (spec CON-21)."""
    earliest = earliest_end(contract, received_on)
    chosen = to or earliest
    lines = explain_end(contract, received_on)
    lines.append(_("Der Vertrag endet am %(day)s.", day=day_text(chosen)))
    if chosen >= contract.next_invoice_on:
        lines.append(_("Bis dahin wird weiter abgerechnet, der letzte Zeitraum nach Tagen."))
    else:
        lines.append(_("Es kommt keine Rechnung mehr; die bisherigen bleiben."))
    return lines


def end_preview(contract, keep_place):
    """No further invoices, those so far stay (spec CON-19)."""
    count, owed = db.session.execute(
        select(func.count(Invoice.id), func.sum(Invoice.open_amount))
        .join(ContractPeriod, ContractPeriod.invoice_id == Invoice.id)
        .where(ContractPeriod.contract_id == contract.id)
    ).one()
    lines = [
        _("Ab heute entsteht keine Rechnung mehr."),
        _("%(count)s Rechnungen bleiben gültig, davon offen: %(owed)s.", count=count,
          owed=euro(owed or ZERO)),
    ]  # fmt: skip
    if contract.kind is ContractKind.INSTALMENT:
        lines.append(_rest(contract))
    elif contract.course_date_id is not None:
        lines.append(
            _("Der Platz bleibt bis zum %(day)s.", day=day_text(contract.ends_on))
            if keep_place
            else _("Der Platz ist ab morgen frei.")
        )
    return lines


def cancel_contract_preview(contract, settlement):
    """Every invoice that would be cancelled, with its amount (spec CON-20)."""
    plans = plan_contract_cancellation(contract, settlement=settlement)
    lines = [_("Storniert rückwirkend alles, was dieser Vertrag berechnet hat:")]
    lines += [(str(plan.invoice), plan.total) for plan in plans]
    lines += [thing.sentence for plan in plans for thing in plan.given]
    return [*lines, _("Soll er nur auslaufen, bitte „Kündigen“ oder „Beenden“ wählen.")]


def _rest(contract) -> str:
    made = instalments_made(contract)
    rest = part_amounts(contract)[made:]
    return ngettext(
        "Eine Rate über %(amount)s wird nicht mehr berechnet.",
        "%(count)s Raten über zusammen %(amount)s werden nicht mehr berechnet.",
        len(rest),
        amount=euro(sum(rest, ZERO)),
    )
