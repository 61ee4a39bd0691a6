"""The demo business before its first customer: company, texts, staff, courses, articles."""

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from kutego import clock
from kutego.actor import Actor
from kutego.demo.courses import furnish, schedule
from kutego.demo.names import COURSES, PRODUCTS
from kutego.models import (
    Automation,
    Company,
    CourseCategory,
    CourseDate,
    CourseKind,
    Employee,
    FederalState,
    Industry,
    LegalKind,
    Location,
    Product,
    Role,
    TermTemplate,
)
from kutego.operations.company import set_up_company
from kutego.operations.dunning_runs import ensure_standard_run
from kutego.operations.employees import create_employee
from kutego.operations.enclosures import add_enclosure
from kutego.operations.legal_texts import add_legal_text
from kutego.operations.master_data import save_record

OFFICE = Actor("Petra Kuhn")
WEEKS_OF_A_BLOCK = 6

STAFF = (
    ("petra.kuhn@example.org", Role.OWNER, "Petra", "Kuhn"),
    ("jonas.weiss@example.org", Role.OFFICE, "Jonas", "Weiß"),
    ("mia.gross@example.org", Role.INSTRUCTOR, "Mia", "Groß"),
    ("tom.berger@example.org", Role.INSTRUCTOR, "Tom", "Berger"),
)

TEXTS = {
    LegalKind.TERMS: "Dies sind die Allgemeinen Geschäftsbedingungen der Demo-Hundeschule. Bitte "
    "ersetzen Sie diesen Text durch Ihre eigenen, rechtlich geprüften Bedingungen.",
    LegalKind.PRIVACY: "Dies sind die Datenschutzhinweise der Demo-Hundeschule. Bitte ersetzen Sie "
    "diesen Text durch Ihre eigenen Hinweise.",
    LegalKind.WITHDRAWAL: "Dies ist die Widerrufsbelehrung der Demo-Hundeschule. Bitte ersetzen "
    "Sie diesen Text durch Ihre eigene Belehrung.",
    LegalKind.IMPRINT: "Hundeschule Pfotenglück, Petra Kuhn, Am Anger 3, 99084 Erfurt.",
}

RULES = (
    "Bitte kommen Sie zehn Minuten vor Beginn und gehen Sie vorher mit Ihrem Hund spazieren.",
    "Auf dem Platz bleibt Ihr Hund an der Leine, bis wir sagen, dass sie ab darf.",
    "Läufige Hündinnen und kranke Hunde setzen aus; wir holen die Stunde nach.",
)

COMPANY = {
    "sms_active": True,
    "sms_sender": "Pfotengluck",
    "name": "Hundeschule Pfotenglück",
    "owner": "Petra Kuhn",
    "street": "Am Anger 3",
    "postcode": "99084",
    "city": "Erfurt",
    "federal_state": FederalState.THURINGIA,
    "phone": "+49 361 1234567",
    "email": "buero@example.org",
    "website": "https://www.example.org",
    "tax_number": "151/234/56785",
    "iban": "DE02120300000000202051",
    "account_holder": "Petra Kuhn",
    "payment_methods": [
        "bank_transfer",
        "direct_debit",
        "paypal",
        "on_site",
        "on_account",
        "external",
    ],
    "industry": Industry.DOG_SCHOOL,
    "invoice_intro": "vielen Dank für Ihr Vertrauen. Wir berechnen Ihnen:",
    "invoice_closing": "Mit herzlichen Grüßen\nIhre Hundeschule Pfotenglück",
    "receipt_text": "Vielen Dank. Wir haben den Betrag Ihrem Guthaben gutgeschrieben.",
}


@dataclass
class House:
    """What the story draws from."""

    company: Company
    passwords: dict[str, str] = field(default_factory=dict)
    running: list[CourseDate] = field(default_factory=list)
    blocks: list[CourseDate] = field(default_factory=list)
    terms: list[TermTemplate] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)


def set_up(start: date) -> House:
    """Set the business up on `start`. The passwords are drawn anew each time, they are secrets."""
    with clock.at(clock.noon(start)):
        house = House(set_up_company(COMPANY, by=OFFICE))
        for kind, text in TEXTS.items():
            add_legal_text(kind=kind, text=text, valid_from=start, on=start, by=OFFICE)
        save_record(
            ensure_standard_run(by=OFFICE), {"automation": Automation.EVERYTHING}, by=OFFICE
        )
        add_enclosure(file=("Hausordnung.pdf", page_of("Hausordnung", RULES)), on=start, by=OFFICE)
        staff = [_employee(house, *person, start) for person in STAFF]
        house.terms = [
            _saved(TermTemplate, name="Monatlich", price=Decimal("49.00"), minimum_months=3),
            _saved(TermTemplate, name="Vierteljährlich", price=Decimal("135.00"),
                   interval_months=3, minimum_months=3),
            _saved(TermTemplate, name="Monatlich, zwei Hunde", price=Decimal("79.00")),
        ]  # fmt: skip
        house.products = [
            _saved(Product, name=name, price=Decimal(price), vat_rate=Decimal(rate))
            for name, price, rate in PRODUCTS
        ]
        _make_courses(house, staff[-2:], start)
    return house


def page_of(title: str, lines: tuple[str, ...]) -> bytes:
    """A page of text as PDF, the same bytes every time."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setTitle(title)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(72, 760, title)
    canvas.setFont("Helvetica", 10)
    for place, line in enumerate(lines):
        canvas.drawString(72, 720 - 20 * place, line)
    canvas.save()
    return out.getvalue()


def _employee(house: House, email: str, role: Role, first: str, last: str, on: date) -> Employee:
    house.passwords[email] = secrets.token_urlsafe(9)
    password = house.passwords[email]
    return create_employee(
        email=email, role=role, first_name=first, last_name=last, password=password,
        on=on, by=OFFICE,
    )  # fmt: skip


def _saved(model, /, **values):
    return save_record(model(), values, by=OFFICE)


def _make_courses(house: House, instructors: list[Employee], start: date) -> None:
    place = _saved(Location, name="Hundeplatz am Anger", street="Am Anger 3", postcode="99084",
                   city="Erfurt")  # fmt: skip
    rooms = furnish(place, start)
    groups = _saved(CourseCategory, name="Gruppen")
    blocks = _saved(CourseCategory, name="Kurse")
    for n, (title, kind, price, weekday, capacity) in enumerate(COURSES):
        is_running = kind == "running"
        first = _weekday_after(start + timedelta(days=0 if is_running else 30 * (n - 5)), weekday)
        last = first + timedelta(weeks=WEEKS_OF_A_BLOCK - 1)
        course = _saved(
            CourseDate, title=title, kind=CourseKind(kind), location_id=place.id,
            category_id=groups.id if is_running else blocks.id,
            instructor_id=instructors[n % 3 == 2].id, room_id=rooms[n % 3].id,
            term_template_id=house.terms[0].id if is_running else None,
            price=Decimal(price) if price else None, capacity=capacity,
            capacity_min=None if is_running else 3,
            starts_on=first, ends_on=None if is_running else last,
        )  # fmt: skip
        schedule(course, 10 + n % 8, weeks=78 if is_running else WEEKS_OF_A_BLOCK)
        (house.running if is_running else house.blocks).append(course)


def _weekday_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
