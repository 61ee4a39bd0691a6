"""Dunning: a stage fires for an invoice, once; it is stopped, resumed, sent by hand.

What is due says `kutego.operations.dunning_plan`, what a letter says `dunning_letters`.
"""

from datetime import date, timedelta

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    DunningCase,
    DunningEntry,
    DunningNotice,
    DunningStage,
    Invoice,
    InvoiceState,
    StageKind,
)
from kutego.operations.activity import log_activity
from kutego.operations.dunning_claims import claim_of
from kutego.operations.dunning_fees import add_fee, stage_fee, suspend_places
from kutego.operations.dunning_letters import send_notice, write_notice
from kutego.operations.dunning_plan import UNASKED, Letter, left_out, letters
from kutego.operations.dunning_rules import LeftOut
from kutego.operations.dunning_runs import ensure_standard_run
from kutego.operations.reasons import given_reason
from kutego.texts import gettext as _


@operation
def send_due_letters(
    customer: Customer, *, automatic: bool, on: date, by: Actor
) -> list[DunningNotice]:
    """Every letter that is due for a customer, all or none; `automatic`: what needs no approval.

    What is due is asked here anew, so that whoever has paid meanwhile gets none.
    """
    found = letters(on, customers=[customer.id], automatic=automatic)
    return [_fire(customer, letter, on=on, by=by) for letter in found]


@operation
def dun_customer(customer: Customer, *, on: date, by: Actor) -> DunningNotice:
    """Approve what the proposal says about a customer; the last letter is returned."""
    sent = send_due_letters(customer, automatic=False, on=on, by=by)
    if not sent:
        raise DomainError(
            _("Bei %(name)s ist nichts mehr zu mahnen: Es ist bezahlt, gestoppt oder schon "
              "verschickt.", name=customer.name)
        )  # fmt: skip
    return sent[-1]


@operation
def send_dunning(
    invoices: list[Invoice], *, by_hand: bool = False, on: date, by: Actor
) -> DunningNotice:
    """One letter about invoices of one customer, each with the stage it reaches today.

    Refuses all of them where one is not to be dunned, with the reason.
    """
    if len({invoice.customer_id for invoice in invoices}) != 1:
        raise DomainError(_("Ein Mahnschreiben geht an einen Kunden."))
    ensure_standard_run(by=by)
    for invoice in invoices:
        if reason := refusal(invoice, on, by_hand=by_hand):
            raise DomainError(reason)
    ids = [invoice.id for invoice in invoices]
    found = letters(on, invoices=ids, by_hand=by_hand)
    items = tuple(item for letter in found for item in letter.items)
    customer = invoices[0].customer
    return _fire(customer, Letter(customer.id, items), on=on, by=by)


@operation
def dun_invoice(invoice: Invoice, *, on: date, by: Actor) -> DunningNotice:
    """Send the next reminder or notice of an invoice now, before its day (spec DUN-15)."""
    return send_dunning([invoice], by_hand=True, on=on, by=by)


@operation
def stop_dunning(invoice: Invoice, *, reason: str, on: date, by: Actor) -> None:
    """Dun an invoice no more until it is resumed (spec DUN-08)."""
    reason = given_reason(reason)
    case = case_of(invoice)
    if case.stopped_at is not None:
        raise DomainError(_("Das Mahnen von %(number)s ist schon gestoppt.", number=invoice))
    case.stopped_at, case.stop_reason = clock.now(), reason
    log_activity(invoice, "invoice.dunning_stopped", by=by, personal={"reason": reason})


@operation
def resume_dunning(invoice: Invoice, *, reason: str, on: date, by: Actor) -> None:
    """Dun an invoice again; with a method that is never dunned it is taken in by hand (DUN-04)."""
    reason = given_reason(reason)
    case = case_of(invoice)
    if case.in_collection:
        raise DomainError(_("%(number)s ist im Inkasso und wird nicht gemahnt.", number=invoice))
    excluded = invoice.payment_method in UNASKED and not case.is_included
    if case.stopped_at is None and not excluded:
        raise DomainError(_("Das Mahnen von %(number)s läuft schon.", number=invoice))
    case.stopped_at = case.stop_reason = None
    case.is_included = case.is_included or invoice.payment_method in UNASKED
    log_activity(invoice, "invoice.dunning_resumed", by=by, personal={"reason": reason})


@operation
def stop_customer_dunning(customer: Customer, *, reason: str, on: date, by: Actor) -> None:
    """Dun none of a customer's invoices, those of later days neither."""
    reason = given_reason(reason)
    if customer.dunning_stopped_at is not None:
        raise DomainError(_("Das Mahnen von %(name)s ist schon gestoppt.", name=customer.name))
    customer.dunning_stopped_at, customer.dunning_stop_reason = clock.now(), reason
    log_activity(customer, "dunning.stopped", by=by, personal={"reason": reason})


@operation
def resume_customer_dunning(customer: Customer, *, reason: str, on: date, by: Actor) -> None:
    """Dun a customer's invoices again, but those that are stopped themselves."""
    reason = given_reason(reason)
    if customer.dunning_stopped_at is None:
        raise DomainError(_("Das Mahnen von %(name)s läuft schon.", name=customer.name))
    customer.dunning_stopped_at = customer.dunning_stop_reason = None
    log_activity(customer, "dunning.resumed", by=by, personal={"reason": reason})


def case_of(invoice: Invoice) -> DunningCase:
    """How far the dunning of an invoice has come, begun where it has not. Joins a transaction."""
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("Ein Entwurf wird nicht gemahnt."))
    case = db.session.scalar(select(DunningCase).where(DunningCase.invoice_id == invoice.id))
    if case is None:
        case = DunningCase(customer_id=invoice.customer_id, invoice_id=invoice.id,
                           is_included=False, in_collection=False)  # fmt: skip
        db.session.add(case)
        db.session.flush()
        db.session.expire(invoice, ["dunning"])
    return case


def refusal(invoice: Invoice, on: date, *, by_hand: bool = False) -> str | None:
    """The whole sentence why an invoice is not dunned on `on`; None where it is."""
    if invoice.state is not InvoiceState.ISSUED or invoice.open_amount <= 0:
        return _("%(number)s ist nicht offen: Es ist nichts anzumahnen.", number=invoice)
    reason = left_out(invoice, on, by_hand=by_hand)
    if reason is None:
        return None
    return _(_SENTENCES[reason], number=invoice, name=invoice.customer.name,
             method=invoice.payment_method.label)  # fmt: skip


_SENTENCES = {
    LeftOut.LOCKED: "%(name)s ist gesperrt und bekommt keine Nachrichten.",
    LeftOut.COLLECTION: "%(number)s ist im Inkasso und wird nicht mehr gemahnt.",
    LeftOut.STOPPED: "Das Mahnen von %(number)s ist gestoppt.",
    LeftOut.CUSTOMER_STOPPED: "Das Mahnen von %(name)s ist gestoppt.",
    LeftOut.METHOD: "%(number)s wird per %(method)s bezahlt: Daran wird nicht erinnert.",
    LeftOut.SMALL: "Der offene Betrag von %(number)s liegt unter dem Mindestbetrag des Mahnlaufs.",
    LeftOut.NOT_DUE: "%(number)s ist nicht überfällig.",
    LeftOut.DONE: "Für %(number)s sind alle Stufen verschickt. Es bleibt nur das Inkasso.",
    LeftOut.NOT_YET: "Die nächste Stufe von %(number)s ist noch nicht erreicht.",
    LeftOut.WAITING: "Die Frist, die %(number)s bekommen hat, läuft noch.",
    LeftOut.NO_ADDRESS: "%(name)s hat keine E-Mail-Adresse, und die Stufe geht nicht per Post.",
}


# --- parts ------------------------------------------------------------------------------------


def _fire(customer: Customer, letter: Letter, *, on: date, by: Actor) -> DunningNotice:
    """Fees first, as they belong to what is demanded; then the letter, and what was done."""
    fired = []
    for item in letter.items:
        invoice, stage = db.session.get_one(Invoice, item.invoice_id), item.stage
        before, fee = invoice.open_amount, stage_fee(invoice, stage, on)
        if fee > 0:
            text = _("Mahngebühr (%(stage)s)", stage=stage.name)
            add_fee(invoice, text, fee, reason=stage.name, on=on, by=by)
        fired.append((invoice, stage, before, fee))
    claims = [claim_of(invoice, stage, on) for invoice, stage, _before, _fee in fired]
    notice = write_notice(customer, claims, on=on, by=by)
    sent = send_notice(notice, customer, claims, on=on, by=by)
    db.session.flush()  # a message learns its channel when it is written
    channel = ",".join(message.channel.value for message in sent)
    for invoice, stage, before, fee in fired:
        entry = DunningEntry(
            customer_id=customer.id, invoice_id=invoice.id, notice_id=notice.id, stage_id=stage.id,
            kind=stage.kind, days=stage.days, fired_on=on, due_on=invoice.due_on,
            open_amount=before, fee=fee, channel=channel,
        )  # fmt: skip
        db.session.add(entry)
        _note(invoice, stage, on=on, by=by)
    db.session.flush()
    return notice


def _note(invoice: Invoice, stage: DunningStage, *, on: date, by: Actor) -> None:
    case = case_of(invoice)
    case.stage, case.stage_id, case.reached, case.fired_on = stage, stage.id, stage.days, on
    case.quiet_until = on + timedelta(days=stage.new_due_days)
    invoice.reminded_at = clock.now()
    if stage.suspends:
        suspend_places(invoice, by=by)
    reminded = stage.kind is StageKind.REMINDER
    action = "invoice.reminded" if reminded else "invoice.dunned"
    log_activity(invoice, action, by=by, stage=stage.name, open_amount=invoice.open_amount)
