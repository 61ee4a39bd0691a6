"""Who wants to be written to or called back: from the public forms, the telephone, the counter.

The forms of the website call `take_contact` and `take_callback`; the office's own buttons call
`record_contact` and `record_callback` (spec COM-07, COM-08).
"""

from datetime import date

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    Employee,
    EntryDirection,
    Origin,
    Thread,
    ThreadKind,
    ThreadState,
)
from kutego.operations.activity import log_activity
from kutego.operations.customers import phone_number
from kutego.operations.leads import take_in
from kutego.operations.threads import add_entry, bare_subject, new_thread, refuse_erased
from kutego.texts import gettext as _

LONGEST = 20_000  # characters of what a stranger writes
SHORT = 200


@operation
def take_contact(
    *,
    email: str,
    text: str,
    subject: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    phone: str | None = None,
    on: date,
    by: Actor,
) -> Thread:
    """A contact form was sent: whoever wrote is a customer from now on, and waits for an answer.

    A known address goes to the customer who has it, never to a second one (CUS-03).
    """
    if not (email or "").strip() or not (text or "").strip():
        raise DomainError(_("Bitte E-Mail-Adresse und Nachricht eingeben."))
    name = _name(first_name, last_name)
    customer = take_in(
        email=email, origin=Origin.CONTACT_FORM, on=on, by=by,
        values={"first_name": first_name, "last_name": last_name, "phone": phone},
    )  # fmt: skip
    about = bare_subject((subject or "")[:SHORT]) or _("Anfrage über das Kontaktformular")
    thread = new_thread(
        ThreadKind.CONTACT, about, customer=customer, name=name, email=customer.email,
        phone=phone_number(phone, customer.country), by=by,
    )  # fmt: skip
    author = name or customer.name
    add_entry(thread, EntryDirection.IN, text[:LONGEST], author=author)
    return thread


@operation
def take_callback(
    *,
    email: str,
    phone: str,
    topic: str,
    wished: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    on: date,
    by: Actor,
) -> Thread:
    """A callback form was sent: name, number, when to call, and what about."""
    if not (phone or "").strip():
        raise DomainError(_("Bitte die Telefonnummer eingeben, unter der wir zurückrufen."))
    customer = take_in(
        email=email, origin=Origin.CALLBACK_FORM, on=on, by=by,
        values={"first_name": first_name, "last_name": last_name, "phone": phone},
    )  # fmt: skip
    return _callback(customer, phone, topic, wished, _name(first_name, last_name), by)


@operation
def record_callback(
    customer: Customer,
    *,
    phone: str,
    topic: str,
    wished: str | None = None,
    note: str | None = None,
    assignee: Employee | None = None,
    on: date,
    by: Actor,
) -> Thread:
    """Somebody asked on the telephone to be called back."""
    refuse_erased(customer)
    if not (phone or "").strip():
        raise DomainError(_("Bitte die Telefonnummer für den Rückruf eingeben."))
    thread = _callback(customer, phone, topic, wished, customer.name, by)
    thread.note, thread.assignee = (note or "").strip() or None, assignee
    return thread


@operation
def record_contact(
    customer: Customer, *, subject: str, text: str, is_done: bool, on: date, by: Actor
) -> Thread:
    """Write down a talk on the telephone or at the counter; what is left to do stays new."""
    refuse_erased(customer)
    thread = new_thread(ThreadKind.CONTACT, bare_subject(subject or ""), customer=customer, by=by)
    if not thread.subject:
        raise DomainError(_("Bitte einen Betreff eingeben."))
    add_entry(thread, EntryDirection.NOTE, text, author=by.name)
    if is_done:
        thread.move_to(ThreadState.DONE)
    return thread


@operation
def change_note(thread: Thread, *, note: str | None, on: date, by: Actor) -> None:
    """Write down what the office should know about it; the customer never sees it."""
    thread.note = (note or "").strip() or None
    log_activity(thread, f"{thread.kind.value}.annotated", by=by)


def _callback(
    customer: Customer, phone: str, topic: str, wished: str | None, name: str | None, by: Actor
) -> Thread:
    about = bare_subject((topic or "")[:SHORT]) or _("Rückruf erbeten")
    return new_thread(
        ThreadKind.CALLBACK, about, customer=customer, name=name or customer.name,
        email=customer.email, phone=phone_number(phone, customer.country),
        wished=(wished or "").strip()[:SHORT] or None, by=by,
    )  # fmt: skip


def _name(first_name: str | None, last_name: str | None) -> str | None:
    return " ".join(filter(None, (first_name, last_name)))[:SHORT] or None
