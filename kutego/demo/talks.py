"""Talks of the demo: requests, answers, calls to make, mail of somebody unknown, a template."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.db import db, transaction
from kutego.demo.house import OFFICE, page_of
from kutego.models import (
    Customer,
    CustomerState,
    EntryDirection,
    Message,
    MessageState,
    MessageTemplate,
    Thread,
    ThreadKind,
)
from kutego.operations.attachments import names_of
from kutego.operations.callbacks import record_callback, record_contact, take_contact
from kutego.operations.master_data import save_record
from kutego.operations.message_files import add_files, keep_file
from kutego.operations.outbox import note_sent
from kutego.operations.threads import add_entry, finish_thread, new_thread, write_to_customer

MOST = 24  # customers who talk to us: enough to look at
QUESTIONS = (
    (
        "Krankgeschrieben",
        "unser Hund hat sich die Pfote verletzt. Können wir die Stunde nachholen?",
    ),
    ("Rechnung", "können Sie die Rechnung bitte auf meine neue Adresse schreiben?"),
    ("Junghundekurs", "ab wann ist unser Welpe alt genug für den Junghundekurs?"),
    ("Leine vergessen", "haben wir am Samstag unsere rote Leine auf dem Platz liegen lassen?"),
)
ANSWER = (
    "{{ anrede }},\n\ndas ist kein Problem, wir kümmern uns darum.\n\nViele Grüße\n{{ betrieb }}"
)
WISHES = ("werktags nach 17 Uhr", "Samstagvormittag", "jederzeit")
TEMPLATES = (
    ("Zusage Kursplatz", "Ihr Platz im Kurs",
     "{{ anrede }},\n\nder Platz ist für Sie reserviert. Bitte bringen Sie zur ersten Stunde den "
     "Impfpass mit.\n\nViele Grüße\n{{ betrieb }}"),
    ("Nachfrage nach der ersten Stunde", "Wie war die erste Stunde, {{ vorname }}?",
     "{{ anrede }},\n\nwie hat es Ihnen gefallen? Antworten Sie einfach auf diese E-Mail.\n\n"
     "Viele Grüße\n{{ betrieb }}"),
)  # fmt: skip


def add_talks(on: date) -> None:
    """Threads in every state, as of `on`; the mails of the demo are written as sent."""
    active = select(Customer).where(
        Customer.state == CustomerState.ACTIVE, Customer.email.is_not(None), ~Customer.is_staff
    )
    people = db.session.scalars(active.order_by(Customer.id).limit(MOST)).all()
    file = keep_file("Impfpass.pdf", page_of("Impfpass", ("Tollwut: gültig bis Mai 2028",)))
    with transaction():
        for name, subject, text in TEMPLATES:
            values = {"name": name, "subject": subject, "text": text}
            save_record(MessageTemplate(), values, by=OFFICE)
        for n, customer in enumerate(people):
            day = on - timedelta(days=2 * n % 40)
            with clock.at(clock.noon(day)):
                _talk(
                    customer, n, day, partial(add_files, customer, [file]) if n % 8 == 3 else None
                )
        with clock.at(clock.noon(on)):
            _strangers(on)
            _send()


def _talk(customer: Customer, n: int, day: date, files: object) -> None:
    subject, text = QUESTIONS[n // 4 % len(QUESTIONS)]
    if n % 4 == 1:
        record_callback(
            customer, phone=customer.phone or "0361 123450", topic=subject,
            wished=WISHES[n // 4 % len(WISHES)], on=day, by=OFFICE,
        )  # fmt: skip
    elif n % 4 == 2:
        talked = f"Hat angerufen: {text}"
        record_contact(
            customer, subject=subject, text=talked, is_done=n % 8 == 2, on=day, by=OFFICE
        )
    else:
        thread = new_thread(
            ThreadKind.CONTACT, subject, customer=customer, email=customer.email,
            by=Actor(customer.name, is_outside=True),
        )  # fmt: skip
        said = f"Guten Tag,\n\n{text}\n\nViele Grüße\n{customer.name}"
        rows = files(by=Actor(customer.name, is_outside=True)) if callable(files) else []
        add_entry(
            thread, EntryDirection.IN, said, author=f"{customer.name} <{customer.email}>",
            attachments=names_of(rows),
        )  # fmt: skip
        _answer(customer, thread, n, day)


def _answer(customer: Customer, thread: Thread, n: int, day: date) -> None:
    """Most are answered, some of those done; the newest wait."""
    if n % 8 == 0:
        return
    with clock.at(clock.noon(day) + timedelta(hours=2)):
        write_to_customer(
            customer, subject=thread.subject, text=ANSWER, thread=thread, on=day, by=OFFICE
        )  # fmt: skip
        if n % 8 == 4:
            finish_thread(thread, on=day, by=OFFICE)


def _strangers(on: date) -> None:
    """Somebody at the contact form, and a mail that belongs to nobody yet."""
    take_contact(
        email="sabine.voss@example.org", first_name="Sabine", last_name="Voß",
        subject="Probestunde", text="Bieten Sie eine Probestunde für ängstliche Hunde an?",
        on=on, by=SYSTEM,
    )  # fmt: skip
    thread = new_thread(
        ThreadKind.CONTACT, "Frage zu Ihren Kursen", customer=None, name="Holger Brandt",
        email="holger.brandt@example.net", by=Actor("Holger Brandt", is_outside=True),
    )  # fmt: skip
    add_entry(
        thread, EntryDirection.IN, "Hallo, haben Sie im Januar noch einen Platz für einen Dackel?",
        author="Holger Brandt <holger.brandt@example.net>",
    )  # fmt: skip


def _send() -> None:
    waiting: Sequence[Message] = db.session.scalars(
        select(Message).where(
            Message.state == MessageState.QUEUED, Message.template == "contact"
        ).order_by(Message.id)
    ).all()  # fmt: skip
    for message in waiting:
        note_sent(message)
