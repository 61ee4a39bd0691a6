"""Notes, tasks and documents in the records of the demo."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.db import db, transaction
from kutego.demo.house import page_of
from kutego.models import Customer, Employee, Location, Note, Visibility
from kutego.operations.customer_files import upload_files
from kutego.operations.enclosures import add_location_document
from kutego.operations.notes import add_note, complete_note, notes_to_raise, raise_task
from kutego.operations.uploads import checked

MOST = 60  # customers who get notes: enough to look at
NOTES = (
    "Hat angerufen: Der Hund ist ängstlich bei Gewitter. Bitte der Kursleitung sagen.",
    "Möchte im Frühjahr mit dem Junghundekurs weitermachen, dann noch einmal anrufen.",
    "Fragt nach einem Platz für den Hund der Nachbarin.",
    "Zahlt lieber erst zum Monatsende, weil dann das Gehalt kommt.",
    "Impfpass fehlt noch, beim nächsten Mal zeigen lassen.",
    "War sehr zufrieden mit dem Welpenkurs. Um eine Bewertung bitten.",
)
DAYS = (-12, -1, 0, 0, 5, 21, 60)  # from today, when a note comes back
PASS = ("Grundimmunisierung: vollständig", "Tollwut: gültig bis Mai 2028", "Entwurmt: September")
WAY = ("Parken Sie bitte am Tor, nicht auf der Wiese.", "Mit dem Bus: Linie 7, Haltestelle Anger.")


def add_record(seed: int, on: date) -> None:
    """Write some notes, of which a few wait for somebody today, and file some papers."""
    random = Random(seed)  # noqa: S311  # dice of its own, so that the story keeps its own
    with transaction():
        staff = db.session.scalars(select(Employee).order_by(Employee.id)).all()
        query = select(Customer).where(~Customer.is_staff).order_by(Customer.id).limit(MOST)
        for n, customer in enumerate(db.session.scalars(query).all()):
            if n % 2 == 0:
                _note(random, customer, staff, n, on)
            if n % 5 == 1:
                _file(random, customer, on)
        with clock.at(clock.noon(on)):
            for note_id in db.session.scalars(notes_to_raise(on)).all():
                raise_task(db.session.get_one(Note, note_id), on=on, by=SYSTEM)
            for location in db.session.scalars(select(Location).order_by(Location.id)):
                way = ("Anfahrt.pdf", page_of(f"Anfahrt: {location.name}", WAY))
                add_location_document(location, file=way, on=on, by=_actor(staff[0]))


def _note(random: Random, customer: Customer, staff: Sequence[Employee], n: int, on: date) -> None:
    day = on - timedelta(days=random.randint(13, 90))
    author, back = random.choice(staff), DAYS[n // 2 % len(DAYS)]
    with clock.at(clock.noon(day)):
        note = add_note(
            customer, text=random.choice(NOTES), on=day, by=_actor(author),
            follow_up_on=on + timedelta(days=back) if n % 3 else None,
            employee=staff[0] if n % 4 else None,
        )  # fmt: skip
    if note.follow_up_on and back == -12:
        with clock.at(clock.noon(note.follow_up_on)):
            complete_note(note, on=note.follow_up_on, by=_actor(author))


def _file(random: Random, customer: Customer, on: date) -> None:
    day = on - timedelta(days=random.randint(1, 300))
    paper = checked("Impfpass.pdf", page_of("Impfpass", PASS))
    with clock.at(clock.noon(day)):
        upload_files(
            customer, files=[paper], visibility=random.choice(list(Visibility)), on=day,
            participant=next(iter(customer.participants), None), by=Actor("Petra Kuhn"),
        )  # fmt: skip


def _actor(employee: Employee) -> Actor:
    return Actor(employee.name, employee.id)
