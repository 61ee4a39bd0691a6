"""Mailings: one text to many, written, changed, looked at (spec COM-09 to COM-13).

What sends one is `mailing_runs`; what puts it into the queue, some at a time, `mailing_queue`.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import delete, insert

from kutego import clock
from kutego.actor import Actor
from kutego.channels import site
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import (
    CourseDate,
    CourseDay,
    CourseState,
    CustomerGroup,
    Employee,
    Enclosure,
    Everyone,
    Mailing,
    MailingKind,
    MailingRecipient,
    Message,
    MessageTemplate,
    RecipientGroup,
    RecipientState,
    Role,
)
from kutego.operations.activity import log_activity
from kutego.operations.attachments import Attachment, attached, names_of
from kutego.operations.audiences import is_empty
from kutego.operations.mailing_runs import plan_for
from kutego.operations.mailing_texts import (
    EXAMPLE,
    filled_for,
    known_placeholders,
    unsubscribe_path,
)
from kutego.operations.master_data import clean
from kutego.operations.message_files import StoredFile, add_files, check_together
from kutego.operations.message_templates import check_texts
from kutego.operations.messages import queue_message
from kutego.texts import gettext as _


@operation
def write_mailing(
    *, kind: MailingKind, subject: str, text: str, everyone: Sequence[Everyone] = (),
    roles: Sequence[Role] = (), customer_groups: Sequence[CustomerGroup] = (),
    recipient_groups: Sequence[RecipientGroup] = (), course_dates: Sequence[CourseDate] = (),
    enclosures: Sequence[Enclosure] = (), files: Sequence[StoredFile] = (), on: date, by: Actor,
) -> Mailing:  # fmt: skip
    """Write a draft to everybody named, whoever that is when it goes out."""
    mailing = _new(kind, by)
    mailing.audience = _named(everyone, roles, customer_groups, recipient_groups, course_dates)
    if is_empty(mailing.audience):
        raise DomainError(_("Bitte mindestens einen Empfänger oder eine Gruppe wählen."))
    _fill(mailing, None, subject, text)
    return _keep(mailing, _enclosed(enclosures, files, by), by)


@operation
def write_to_chosen(
    ids: Sequence[int], *, kind: MailingKind, template: MessageTemplate | None = None,
    subject: str | None = None, text: str | None = None, enclosures: Sequence[Enclosure] = (),
    files: Sequence[StoredFile] = (), on: date, by: Actor,
) -> Mailing:  # fmt: skip
    """Write a draft to customers chosen in a list: these and no others, whatever changes later.

    An empty subject or text is taken from the template.
    """
    mailing, chosen = _new(kind, by), list(dict.fromkeys(ids))
    mailing.audience = {"chosen": len(chosen)}
    _fill(mailing, template, subject, text)
    _keep(mailing, _enclosed(enclosures, files, by), by)
    rows = [
        {"mailing_id": mailing.id, "customer_id": id_, "state": RecipientState.CHOSEN}
        for id_ in chosen
    ]
    db.session.execute(insert(MailingRecipient), rows)
    return mailing


@operation
def plan_course_mailing(
    course_date: CourseDate, *, template: MessageTemplate, send_on: date,
    send_at: time | None = None, course_day: CourseDay | None = None, on: date, by: Actor,
) -> Mailing:  # fmt: skip
    """Let a template go to the participants' customers on a day, once (spec COM-12).

    With a course day it goes to whoever has a place on it, and not at all where it is called off.
    """
    if course_date.state is CourseState.CANCELLED:
        raise DomainError(_("„%(course)s“ ist abgesagt.", course=course_date))
    if course_day is not None and course_day.course_date_id != course_date.id:
        raise DomainError(_("Dieser Tag gehört zu einem anderen Kurs."))
    mailing = _new(MailingKind.INFORMATION, by)
    mailing.course_date, mailing.course_day = course_date, course_day
    mailing.course_date_id = course_date.id
    mailing.audience = _named((), (), (), (), [course_date])
    _fill(mailing, template, None, None)
    _keep(mailing, [], by)
    plan_for(mailing, send_on, send_at)
    return mailing


@operation
def edit_mailing(
    mailing: Mailing, *, kind: MailingKind, subject: str, text: str,
    everyone: Sequence[Everyone] = (), roles: Sequence[Role] = (),
    customer_groups: Sequence[CustomerGroup] = (), recipient_groups: Sequence[RecipientGroup] = (),
    course_dates: Sequence[CourseDate] = (), enclosures: Sequence[Enclosure] = (),
    files: Sequence[StoredFile] = (), on: date, by: Actor,
) -> None:  # fmt: skip
    """Change a draft or a planned mailing. Customers chosen in a list stay chosen.

    New files take the place of those uploaded before.
    """
    _refuse_started(mailing)
    mailing.kind, mailing.revision = kind, mailing.revision + 1
    named = _named(everyone, roles, customer_groups, recipient_groups, course_dates)
    mailing.audience = named | {"chosen": mailing.audience.get("chosen", 0)}
    if is_empty(mailing.audience):
        raise DomainError(_("Bitte mindestens einen Empfänger oder eine Gruppe wählen."))
    _fill(mailing, None, subject, text)
    before = [] if files else [f for f in files_of(mailing) if not isinstance(f, Enclosure)]
    mailing.attachments = names_of([*before, *_enclosed(enclosures, files, by)])
    log_activity(mailing, "mailing.changed", by=by)


@operation
def send_test(mailing: Mailing, *, on: date, by: Actor) -> Message:
    """Send the mailing to oneself, as oneself would read it. The link in it is an example."""
    employee = db.session.get(Employee, by.employee_id) if by.employee_id else None
    if employee is None:
        raise DomainError(_("Eine Testmail geht an den, der sie anfordert. Bitte anmelden."))
    subject, text = filled_for(mailing, employee.customer)
    link = site.link(unsubscribe_path(EXAMPLE)) if mailing.is_newsletter else None
    return queue_message(
        None, "mailing", subject_of=mailing, recipient=employee.email,
        attachments=files_of(mailing), text=text, link=link,
        subject=_("[Test] %(subject)s", subject=subject)[:400],
    )  # fmt: skip


@operation
def delete_mailing(mailing: Mailing, *, on: date, by: Actor) -> None:
    """Throw a draft or a planned mailing away."""
    _refuse_started(mailing)
    log_activity(mailing, "mailing.deleted", by=by)
    db.session.execute(delete(MailingRecipient).where(MailingRecipient.mailing_id == mailing.id))
    db.session.delete(mailing)


def files_of(mailing: Mailing) -> list[Attachment]:
    """What goes along with every mail of it."""
    return attached(mailing)


# --- parts ------------------------------------------------------------------------------------


def _new(kind: MailingKind, by: Actor) -> Mailing:
    return Mailing(kind=kind, created_at=clock.now(), created_by=by.name)


def _fill(
    mailing: Mailing, template: MessageTemplate | None, subject: str | None, text: str | None
) -> None:
    """Set subject and text, an empty one from the template, and refuse what cannot be filled."""
    subject = clean(mailing, "subject", subject) or (template.subject if template else None)
    text = clean(mailing, "text", text) or (template.text if template else None)
    check_texts(subject, text, known_placeholders(mailing))
    mailing.subject, mailing.text = subject or "", text or ""


def _keep(mailing: Mailing, files: Sequence[Attachment], by: Actor) -> Mailing:
    mailing.attachments = names_of(files)
    db.session.add(mailing)
    db.session.flush()
    log_activity(mailing, "mailing.written", by=by)
    return mailing


def _enclosed(
    enclosures: Sequence[Enclosure], files: Sequence[StoredFile], by: Actor
) -> list[Attachment]:
    together = [StoredFile(e.name, e.media_type, e.sha256, e.size) for e in enclosures]
    check_together([*together, *files])
    return [*enclosures, *add_files(None, files, by=by)]


def _named(
    everyone: Sequence[Everyone], roles: Sequence[Role], customer_groups: Sequence[CustomerGroup],
    recipient_groups: Sequence[RecipientGroup], course_dates: Sequence[CourseDate],
) -> dict[str, Any]:  # fmt: skip
    return {
        "everyone": [kind.value for kind in everyone],
        "roles": [role.value for role in roles],
        "customer_groups": _ids(customer_groups),
        "recipient_groups": _ids(recipient_groups),
        "course_dates": _ids(course_dates),
    }


def _ids(records: Sequence[Base]) -> list[int]:
    return [record.id for record in records]


def _refuse_started(mailing: Mailing) -> None:
    if not mailing.is_open:
        raise DomainError(
            _("„%(subject)s“ ist schon unterwegs und lässt sich nicht mehr ändern.",
              subject=mailing)
        )  # fmt: skip
