"""A started mailing goes into the queue of messages: some recipients per transaction.

A message and the mark on its recipient are written together. Killed in between and started again,
everybody gets one mail; and the office gets its turn between two portions.
"""

import secrets
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import load_only

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.models import (
    Channel,
    Company,
    Customer,
    LeftOut,
    Mailing,
    MailingRecipient,
    MailingState,
    Message,
    MessageState,
    RecipientState,
    company,
)
from kutego.models.ids import next_ids
from kutego.operations.activity import log_activity
from kutego.operations.audiences import obstacle
from kutego.operations.mailing_texts import unsubscribe_path, writer
from kutego.operations.messages import new_message_id

PORTION = 250  # some 60 ms, so that nobody in the office notices

NEEDED = (  # what the text of a mail may name; the rest of a customer stays in the database
    Customer.number, Customer.is_company, Customer.company_name, Customer.salutation,
    Customer.title, Customer.first_name, Customer.last_name, Customer.email, Customer.phone,
    Customer.mobile, Customer.city,
)  # fmt: skip

Row = tuple[int, Customer, LeftOut | None]


@operation
def queue_portion(mailing: Mailing, *, most: int = PORTION, on: date, by: Actor) -> int:
    """Write the mails of the next recipients; returns how many were dealt with, 0 at the end.

    Whoever was locked or has unsubscribed since the mailing started is left out after all.
    """
    if mailing.state is not MailingState.RUNNING:
        return 0
    rows = _next(mailing, most)
    if not rows:
        mailing.move_to(MailingState.SENT)
        mailing.finished_at = clock.now()
        log_activity(mailing, "mailing.sent", by=by, recipients=mailing.recipients)
        return 0
    house = company()
    marks = [
        {"to": id_, "state": RecipientState.LEFT_OUT, "reason": reason}
        for id_, _customer, reason in rows
        if reason is not None
    ]
    mailing.recipients -= len(marks)
    mailing.left_out += len(marks)
    _write(mailing, house, [(id_, customer) for id_, customer, why in rows if why is None])
    if marks:
        _mark(marks)
    return len(rows)


def _next(mailing: Mailing, most: int) -> list[Row]:
    waiting = (
        select(MailingRecipient.id, Customer, obstacle(mailing))
        .join(Customer, Customer.id == MailingRecipient.customer_id)
        .where(
            MailingRecipient.mailing_id == mailing.id,
            MailingRecipient.state == RecipientState.WAITING,
        )
        .order_by(MailingRecipient.id)
        .limit(most)
        .options(load_only(*NEEDED))
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(waiting)]


def _write(mailing: Mailing, house: Company, some: list[tuple[int, Customer]]) -> None:
    if not some:
        return
    session = db.session()
    write = writer(mailing, house)
    ids = next_ids(session, session.connection(), cast(Table, Message.__table__), len(some))
    messages: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    for id_, (recipient_id, customer) in zip(ids, some, strict=True):
        token = secrets.token_urlsafe(32) if mailing.is_newsletter else None
        subject, body = write(customer, token or "")
        messages.append(_message(mailing, house, customer, token) | {
            "id": id_, "subject": subject, "body": body,
        })  # fmt: skip
        marks.append({"to": recipient_id, "state": RecipientState.QUEUED, "message_id": id_,
                      "token": token, "email": customer.email})  # fmt: skip
    session.execute(insert(Message.__table__), messages)  # type: ignore[arg-type]  # a table
    _mark(marks)


def _mark(marks: list[dict[str, Any]]) -> None:
    """Set the columns that `marks` name on the recipient `to`, without a round through objects."""
    table = MailingRecipient.__table__
    names: dict[str, Any] = {name: bindparam(name) for name in marks[0] if name != "to"}
    change = update(table).where(table.c.id == bindparam("to")).values(names)  # type: ignore[arg-type]
    db.session.execute(change, marks)


def _message(
    mailing: Mailing, house: Company, customer: Customer, token: str | None
) -> dict[str, Any]:
    now = clock.now()
    return {
        "customer_id": customer.id,
        "channel": Channel.EMAIL,
        "state": MessageState.QUEUED,
        "template": "mailing",
        "recipient": customer.email,
        "recipient_name": customer.name[:200],
        "attachments": mailing.attachments,
        "subject_type": mailing.__tablename__,
        "subject_id": mailing.id,
        "mailing_id": mailing.id,
        "unsubscribe_path": unsubscribe_path(token) if token else None,
        "open_token": secrets.token_urlsafe(32) if house.track_opens else None,
        "message_id": new_message_id(house),
        "created_at": now,
        "next_attempt_at": now,
    }
