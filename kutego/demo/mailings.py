"""Mailings of the demo: one to a group, a newsletter, a draft, what a course sends by itself."""

from datetime import date, time, timedelta

from sqlalchemy import select, update

from kutego import clock
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.models import (
    ConsentSource,
    CourseCategory,
    CourseDate,
    CourseDay,
    CourseKind,
    Customer,
    CustomerState,
    Everyone,
    Mailing,
    MailingKind,
    Message,
    MessageState,
    MessageTemplate,
    RecipientGroup,
    Weekday,
)
from kutego.operations.info_agents import create_agent
from kutego.operations.mailing_queue import queue_portion
from kutego.operations.mailing_runs import start_mailing
from kutego.operations.mailings import plan_course_mailing, write_mailing, write_to_chosen
from kutego.operations.master_data import save_record
from kutego.operations.newsletter import record_consent, withdraw_consent

READERS = 80  # customers whom the newsletter is written to
NEWS = (
    "{{ anrede }},\n\nim Dezember üben wir in der Halle: warm, trocken und ohne Matsch. Für den "
    "neuen Nasenarbeit-Kurs sind noch Plätze frei.\n\nSchauen Sie vorbei!\n{{ betrieb }}"
)
FEAST = (
    "{{ anrede }},\n\ndas Fest beginnt am Samstag um 14 Uhr. Bitte bringen Sie eine Decke und gute "
    "Laune mit, für Kuchen und Wasser ist gesorgt.\n\n{{ betrieb }}"
)
TOMORROW = (
    "{{ anrede }},\n\nmorgen ist es so weit: {{ kurs }} am {{ kurstag }} um {{ uhrzeit }} Uhr, "
    "{{ kursort }}.\n\nBis dann!\n{{ betrieb }}"
)
HOLIDAYS = "{{ anrede }},\n\nvom 24. Dezember bis zum 6. Januar machen wir Ferien."


def add_mailings(on: date) -> None:
    """Consents, InfoAgents and mailings, as of `on`."""
    active = select(Customer).where(
        Customer.state == CustomerState.ACTIVE, Customer.email.is_not(None), ~Customer.is_staff
    )
    customers = db.session.scalars(active.order_by(Customer.id).limit(READERS)).all()
    with clock.at(clock.noon(on)), transaction():
        _consents(customers, on)
        _agents(customers, on)
    group = db.session.scalar(select(RecipientGroup).order_by(RecipientGroup.id))
    _sent(on, lambda day: write_mailing(
        kind=MailingKind.INFORMATION, subject="Unser Fest am Samstag", text=FEAST,
        recipient_groups=[group] if group else [], everyone=[Everyone.STAFF], on=day, by=OFFICE,
    ))  # fmt: skip
    _sent(on, lambda day: write_to_chosen(
        [customer.id for customer in customers], kind=MailingKind.NEWSLETTER,
        subject="Neues im Dezember", text=NEWS, on=day, by=OFFICE,
    ))  # fmt: skip
    with clock.at(clock.noon(on)), transaction():
        write_mailing(kind=MailingKind.INFORMATION, subject="Ferien", text=HOLIDAYS,
                      everyone=[Everyone.MEMBERS], on=on, by=OFFICE)  # fmt: skip
        _plan_reminder(on)


def _consents(customers, day: date) -> None:
    for n, customer in enumerate(customers):
        if n % 4 == 0:
            record_consent(customer, given_on=day - timedelta(days=n), source=ConsentSource.PAPER,
                           note="Ordner Anmeldungen", on=day, by=OFFICE)  # fmt: skip
        if n % 28 == 0:
            withdraw_consent(customer, note="am Telefon", on=day, by=OFFICE)


def _agents(customers, day: date) -> None:
    categories = db.session.scalars(select(CourseCategory).order_by(CourseCategory.id)).all()
    for n, customer in enumerate(customers[5:20:5]):
        create_agent(
            customer, category=categories[n % len(categories)],
            weekday=Weekday.SATURDAY if n == 1 else None, on=day, by=OFFICE,
        )  # fmt: skip


def _sent(day: date, write) -> None:
    """A mailing that was written, started and taken by a mail server on one day."""
    with clock.at(clock.noon(day)), transaction():
        mailing: Mailing = write(day)
        start_mailing(mailing, on=day, by=OFFICE)
        while queue_portion(mailing, on=day, by=OFFICE):
            pass
        mails = update(Message).where(Message.mailing_id == mailing.id)
        db.session.execute(
            mails.values(state=MessageState.SENT, sent_at=clock.now(), attempts=1,
                         next_attempt_at=None)
        )  # fmt: skip


def _plan_reminder(on: date) -> None:
    template = save_record(
        MessageTemplate(),
        {"name": "Morgen geht es los", "subject": "Morgen: {{ kurs }}", "text": TOMORROW},
        by=OFFICE,
    )
    coming = (
        select(CourseDay)
        .join(CourseDate)
        .where(CourseDay.on > on + timedelta(days=1), CourseDate.kind == CourseKind.RUNNING)
    )
    day = db.session.scalar(coming.order_by(CourseDay.on, CourseDay.id).limit(1))
    if day is not None:
        plan_course_mailing(
            day.course_date, template=template, course_day=day, send_at=time(17),
            send_on=day.on - timedelta(days=1), on=on, by=OFFICE,
        )  # fmt: skip
