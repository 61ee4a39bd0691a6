"""The refund list: money that goes back to customers by bank transfer."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from schwifty import IBAN

from kutego import clock
from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Company, Refund, RefundState, TransferFile, company
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.customers import checked_iban
from kutego.operations.reasons import given_reason
from kutego.rendering.sepa import Transfer, credit_transfers
from kutego.texts import gettext as _

HOLDER = 70  # characters a bank takes


@operation
def make_transfer_file(
    refunds: Sequence[Refund], *, execution_on: date, on: date, by: Actor
) -> TransferFile:
    """One SEPA file (pain.001.001.09) of all these refunds, for the office to hand to its bank.

    Each refund is in one file at most; all of them count as submitted from here on.
    """
    if not refunds:
        raise DomainError(_("Bitte mindestens eine Erstattung auswählen."))
    if execution_on < on:
        raise DomainError(_("Der Tag der Ausführung liegt in der Vergangenheit."))
    refunds = list(dict.fromkeys(refunds))
    for refund in refunds:
        _refuse_unready(refund)
    file = _store(refunds, execution_on, by)
    for refund in refunds:
        refund.move_to(RefundState.SUBMITTED)
        refund.transfer_file_id = file.id
        log_activity(refund, "refund.submitted", by=by, amount=refund.amount, file=file.message_id)
    return file


@operation
def mark_refunded(refund: Refund, *, refunded_on: date, on: date, by: Actor) -> None:
    """The money has left our account, by the file or by a transfer made by hand."""
    if refunded_on > on:
        raise DomainError(_("Das Datum der Erstattung liegt in der Zukunft. Bitte prüfen."))
    if refunded_on < refund.created_on:
        raise DomainError(_("So früh gab es diese Erstattung noch nicht. Bitte das Datum prüfen."))
    refund.move_to(RefundState.REFUNDED)
    refund.refunded_on = refunded_on
    log_activity(refund, "refund.refunded", by=by, amount=refund.amount, refunded_on=refunded_on)


@operation
def take_back(refund: Refund, *, reason: str, on: date, by: Actor) -> None:
    """The bank did not carry it out: the refund may go into another file."""
    reason = given_reason(reason)
    refund.move_to(RefundState.TO_REFUND)
    refund.transfer_file_id = None
    log_activity(
        refund, "refund.taken_back", by=by, amount=refund.amount, personal={"reason": reason}
    )


@operation
def set_account(refund: Refund, *, iban: str, account_holder: str, on: date, by: Actor) -> None:
    """Where the money goes, as long as no file has been made."""
    if refund.state is not RefundState.TO_REFUND:
        raise DomainError(_("Die Überweisung ist schon eingereicht."))
    checked, holder = checked_account(iban, account_holder)
    log_activity(
        refund, "refund.account_set", by=by,
        personal={"iban": [refund.iban, str(checked)], "holder": [refund.account_holder, holder]},
    )  # fmt: skip
    refund.iban, refund.account_holder = str(checked), holder


def checked_account(iban: str | None, account_holder: str | None) -> tuple[IBAN, str]:
    """Where money can be sent to: an IBAN that is right, and whose account it is."""
    checked, holder = checked_iban(iban), (account_holder or "").strip()
    if checked is None or not holder:
        raise DomainError(_("Für die Überweisung fehlen IBAN und Kontoinhaber."))
    if len(holder) > HOLDER:
        raise DomainError(_("Der Kontoinhaber hat höchstens %(most)s Zeichen.", most=HOLDER))
    return checked, holder


def withdraw(refund: Refund, *, by: Actor) -> None:
    """The money stays here after all. Joins a transaction; refused once it is on its way."""
    if refund.state is not RefundState.TO_REFUND:
        raise DomainError(
            _("Die Auszahlung ist „%(state)s“. Solange die Überweisung eingereicht ist, bitte "
              "zuerst in der Erstattungsliste die Einreichung zurücknehmen.",
              state=refund.state.label)
        )  # fmt: skip
    refund.move_to(RefundState.WITHDRAWN)
    log_activity(refund, "refund.withdrawn", by=by, amount=refund.amount)


# --- parts ------------------------------------------------------------------------------------


def _refuse_unready(refund: Refund) -> None:
    if refund.state is not RefundState.TO_REFUND:
        raise DomainError(
            _("%(purpose)s ist „%(state)s“ und kommt in keine neue Datei.",
              purpose=refund, state=refund.state.label)
        )  # fmt: skip
    if not refund.iban or not refund.account_holder:
        raise DomainError(
            _("%(purpose)s: Es fehlen IBAN und Kontoinhaber. Bitte zuerst eintragen.",
              purpose=refund)
        )  # fmt: skip


def _store(refunds: Sequence[Refund], execution_on: date, by: Actor) -> TransferFile:
    """The file is on the disk before its name is in the database."""
    house, now = company(), clock.now()
    if not house.iban:
        raise DomainError(_("Bitte in den Einstellungen zuerst die eigene IBAN eintragen."))
    message_id = f"KUTEGO-{uuid4().hex[:20]}".upper()
    file = TransferFile(
        message_id=message_id,
        created_at=now,
        created_by=by.name,
        count=len(refunds),
        total=sum((refund.amount for refund in refunds), ZERO),
        sha256=files.store(_render(refunds, house, message_id, execution_on, now)),
    )
    db.session.add(file)
    db.session.flush()
    log_activity(file, "transfer_file.made", by=by, count=file.count, total=file.total,
                 sha256=file.sha256)  # fmt: skip
    return file


def _render(
    refunds: Sequence[Refund], house: Company, message_id: str, execution_on: date, now: datetime
) -> bytes:
    return credit_transfers(
        [
            Transfer(
                name=refund.account_holder or "",
                iban=refund.iban or "",
                amount=Decimal(refund.amount),
                purpose=refund.purpose,
                end_to_end_id=f"ERSTATTUNG-{refund.id}",
            )
            for refund in refunds
        ],
        debtor_name=house.account_holder or house.name,
        debtor_iban=house.iban or "",
        debtor_bic=house.bic,
        message_id=message_id,
        execution_on=execution_on,
        created_at=now,
    )
