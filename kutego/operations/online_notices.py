"""Notices given on the public page: no login, confirmed at once (§ 312k BGB, spec CON-22).

A notice counts from the moment it is received, whatever becomes of it here. Whoever knows number
and address of a contract has it noted in its history; for the office it is a task in any case.
Nothing that a stranger reads tells whether we know them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import Activity, Contract, ContractState, Customer, Message, company
from kutego.models.notice import NoticeKind
from kutego.operations.activity import log_activity
from kutego.operations.contact_data import email_address
from kutego.operations.leads import known_by
from kutego.operations.messages import queue_message
from kutego.operations.offer_answers import CUSTOMER
from kutego.operations.tasks import create_task
from kutego.operations.terminations import day_text, earliest_end
from kutego.texts import gettext as _

NAME, CONTRACT, REASON = 120, 200, 1000  # characters
RECEIVED = "contract.notice_received"


@dataclass(frozen=True)
class Notice:
    """What somebody declares, and when it reached us."""

    kind: NoticeKind
    name: str
    contract: str
    email: str
    ends_on: date | None
    reason: str
    received_at: datetime

    @property
    def moment(self) -> str:
        """On the wall of the business."""
        return f"{self.received_at.astimezone(company().zone):%d.%m.%Y, %H:%M} Uhr"

    def lines(self) -> list[tuple[str, str]]:
        """All of it, in the words of the form."""
        until = _("zum %(day)s", day=day_text(self.ends_on)) if self.ends_on else ""
        given = [
            (_("Art der Kündigung"), _(self.kind.label)),
            (_("Grund"), self.reason),
            (_("Vertrag"), self.contract),
            (_("Name"), self.name),
            (_("E-Mail-Adresse"), self.email),
            (_("Der Vertrag soll enden"), until or _("zum frühestmöglichen Zeitpunkt")),
            (_("Eingegangen"), self.moment),
        ]
        return [(label, value) for label, value in given if value]


def checked_notice(
    *,
    kind: NoticeKind,
    name: str,
    contract: str,
    email: str,
    ends_on: date | None,
    reason: str,
    received_at: datetime,
) -> Notice:
    """The declaration without blanks and odd characters; refuses what nobody could act on."""
    name, contract = _plain(name, NAME), _plain(contract, CONTRACT)
    reason = _plain(reason, REASON)
    address = email_address(email)
    if not name:
        raise DomainError(_("Bitte geben Sie Ihren Namen ein."))
    if not contract:
        raise DomainError(_("Bitte schreiben Sie, welchen Vertrag Sie kündigen möchten."))
    if address is None:
        raise DomainError(_("Bitte geben Sie die E-Mail-Adresse für die Bestätigung ein."))
    if kind is NoticeKind.EXTRAORDINARY and not reason:
        raise DomainError(_("Bitte nennen Sie den Grund der außerordentlichen Kündigung."))
    return Notice(kind, name, contract, address, ends_on, reason, received_at)


@operation
def receive_notice(notice: Notice, *, on: date, by: Actor = CUSTOMER) -> Message:
    """Confirm a notice to its sender, and hand it to the office; returns the confirmation."""
    contract = contract_of(notice)
    customer = contract.customer if contract is not None else known_by(notice.email)
    if customer is not None:
        lock(db.session(), [customer])
    if contract is not None:
        log_activity(
            contract, RECEIVED, by=by, received_on=on, kind=notice.kind.value,
            wished_on=notice.ends_on, moment=notice.received_at.isoformat(),
            personal=dict(notice.lines()),
        )  # fmt: skip
    create_task(_task_text(notice, contract), customer=customer, subject_of=contract, on=on, by=by)
    return queue_message(
        _reachable(customer), "notice_received", subject_of=contract, attachments=(),
        recipient=notice.email, notice=notice, earliest=_earliest(notice, contract, on),
    )  # fmt: skip


def contract_of(notice: Notice) -> Contract | None:
    """The contract whose number stands in the notice, where the address is its customer's."""
    words = notice.contract.upper().replace(",", " ").replace(";", " ").split()
    query = (
        select(Contract)
        .join(Customer, Customer.id == Contract.customer_id)
        .where(func.upper(Contract.number).in_(words[:20]), Customer.email == notice.email)
    )
    found = db.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def waiting_notice(contract: Contract, lines: Iterable[Activity]) -> Activity | None:
    """The notice that nobody has put into the contract yet, of the lines of it, newest first."""
    told = (line for line in lines if line.action in (RECEIVED, "contract.terminated"))
    newest = next(told, None) if contract.state is ContractState.ACTIVE else None
    return newest if newest is not None and newest.action == RECEIVED else None


def open_notice(contract: Contract) -> Activity | None:
    """The notice that came in online and that nobody has put into the contract yet."""
    query = select(Activity).where(
        Activity.customer_id == contract.customer_id, Activity.subject_type == "contract",
        Activity.subject_id == contract.id,
        Activity.action.in_([RECEIVED, "contract.terminated"]),
    )  # fmt: skip
    lines = db.session.scalars(query.order_by(Activity.id.desc()).limit(1))
    return waiting_notice(contract, lines)


# --- parts ------------------------------------------------------------------------------------


def _plain(text: str, most: int) -> str:
    words = "".join(letter if letter.isprintable() else " " for letter in text or "")
    return " ".join(words.split())[:most].strip()


def _reachable(customer: Customer | None) -> Customer | None:
    """The law wants the confirmation also for whom we write to no more."""
    return None if customer is None or customer.is_locked else customer


def _earliest(notice: Notice, contract: Contract | None, on: date) -> date | None:
    """When an ordinary notice ends the contract, where we know which one it is."""
    if contract is None or notice.kind is not NoticeKind.ORDINARY:
        return None
    if contract.state is not ContractState.ACTIVE or contract.instalments:
        return None
    return max(earliest_end(contract, on), notice.ends_on or on)


def _task_text(notice: Notice, contract: Contract | None) -> str:
    todo = _("Bitte am Vertrag eintragen („Kündigen“).")
    if contract is None:
        todo = _("Nummer und E-Mail-Adresse passen zu keinem Vertrag: Bitte zuordnen.")
    facts = "\n".join(f"{label}: {value}" for label, value in notice.lines())
    return "\n".join((_("Kündigung über die Website. %(todo)s", todo=todo), facts))
