"""Records for tests, made by operations: valid by default, different where the test says so."""

from datetime import date, time
from decimal import Decimal
from io import BytesIO
from itertools import count

import pikepdf

from kutego import clock
from kutego.actor import Actor
from kutego.db import transaction
from kutego.models import (
    AppointmentPlace,
    AppointmentTemplate,
    Company,
    CourseDate,
    CourseDay,
    CourseKind,
    CustomerGroup,
    CustomField,
    DunningRun,
    DunningStage,
    FieldKind,
    LecturerHours,
    LegalKind,
    Location,
    MembershipTemplate,
    NumberKind,
    NumberRange,
    PaymentMethod,
    PositionKind,
    Product,
    RecipientGroup,
    Role,
    Room,
    StageKind,
    TermTemplate,
    TicketCategory,
    Weekday,
    current_legal_text,
)
from kutego.operations import (
    contract_making,
    customers,
    employees,
    events,
    invoices,
    offers,
    participants,
)
from kutego.operations.company import save_company
from kutego.operations.customer_files import upload_files
from kutego.operations.discount_codes import create_discount_code
from kutego.operations.dunning_runs import ensure_standard_run
from kutego.operations.enclosures import add_enclosure
from kutego.operations.enrolments import enrol
from kutego.operations.legal_texts import add_legal_text
from kutego.operations.mandates import grant_mandate
from kutego.operations.master_data import save_record
from kutego.operations.notes import add_note
from kutego.operations.positions import PositionInput
from kutego.operations.uploads import checked
from kutego.operations.voucher_templates import save_voucher_template
from kutego.operations.vouchers import issue_value_vouchers
from tests.present import DAY

ANNA = Actor("Anna Büro")
PASSWORD = "vier Pfoten im Regen"
_numbers = count(1)


def company(**values):
    """The business, set up without a wizard."""
    defaults = {
        "id": 1,
        "name": "Hundeschule Pfotenglück",
        "owner": "Petra Kuhn",
        "street": "Am Anger 3",
        "postcode": "99084",
        "city": "Erfurt",
        "phone": "+49 361 123456",
        "email": "buero@example.org",
        "tax_number": "151/123/45678",
        "iban": "DE02120300000000202051",
        "bic": "BYLADEM1001",
        "bank_name": "DKB",
        "account_holder": "Petra Kuhn",
        "payment_methods": [method.value for method in PaymentMethod],
    }
    with transaction() as session:
        record = Company(**defaults | values)
        session.add(record)
        session.add(NumberRange(kind=NumberKind.CUSTOMER, year=-1, last=0))
    return record


def customer(**values):
    defaults = {
        "first_name": "Jörg",
        "last_name": "Müller",
        "email": f"kunde{next(_numbers)}@example.org",
        "street": "Gartenweg 5",
        "postcode": "99084",
        "city": "Erfurt",
    }
    return customers.create_customer(defaults | values, by=ANNA)


def participant(of=None, **values):
    of = of or customer()
    return participants.create_participant(of, {"first_name": "Bello", **values}, by=ANNA)


def course_date(**values):
    defaults = {
        "title": "Welpenkurs",
        "kind": CourseKind.BLOCK,
        "price": Decimal("149.00"),
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 1, 31),
    }
    return save_record(CourseDate(), defaults | values, by=ANNA)


def course_day(course=None, on=DAY, **values):
    """A lesson of a course date."""
    values = {"course_date_id": (course or course_date()).id, "on": on, **values}
    return save_record(CourseDay(), values, by=ANNA)


def full_course(**values):
    """A course date with one place, which somebody has."""
    course = course_date(**{"capacity": 1} | values)
    with transaction():
        enrol(participant(), course, starts_on=course.starts_on, ends_on=course.ends_on, by=ANNA)
    return course


def running_course(**values):
    return course_date(
        **{"title": "Junghunde", "kind": CourseKind.RUNNING, "price": None, "ends_on": None}
        | values
    )


def term_template(**values):
    defaults = {"name": "Monatlich", "price": Decimal("49.00")}
    return save_record(TermTemplate(), defaults | values, by=ANNA)


def location(**values):
    return save_record(Location(), {"name": "Halle"} | values, by=ANNA)


def room(of=None, **values):
    at = of or location()
    return save_record(Room(), {"name": "Saal", "location_id": at.id} | values, by=ANNA)


def product(**values):
    return save_record(Product(), {"name": "Leine", "price": Decimal("19.90")} | values, by=ANNA)


def line(price="49.00", **values):
    """A free position as the form sends it."""
    defaults = {
        "kind": PositionKind.OTHER,
        "text": "Beratung",
        "unit_price": Decimal(price),
        "vat_rate": Decimal("19.00"),
    }
    return PositionInput(**defaults | values)


def draft(*lines, of=None, on=DAY, **values):
    defaults = {"payment_method": PaymentMethod.BANK_TRANSFER}
    positions = list(lines) or [line()]
    return invoices.save_draft(
        of or customer(), positions=positions, on=on, by=ANNA, **defaults | values
    )


def invoice(*lines, of=None, on=DAY, **values):
    """An issued invoice."""
    with clock.at(clock.noon(on)):
        made = draft(*lines, of=of, on=on, **values)
        return invoices.issue_invoice(made, on=on, by=ANNA)


def contract(of=None, *, starts_on=DAY, price="49.00", course=None, **template):
    """A contract, made by issuing the position that sells its term."""
    of = of or customer()
    dog = participant(of)
    course = course or running_course(starts_on=starts_on)
    term = term_template(price=Decimal(price), **template)
    sold = line(
        price, kind=PositionKind.COURSE, text="Junghunde", participant_id=dog.id,
        course_date_id=course.id, term_template_id=term.id, starts_on=starts_on,
    )  # fmt: skip
    return invoice(sold, of=of, on=starts_on).contract


def employee(role=Role.OWNER, **values):
    """Somebody who logs in with `PASSWORD`."""
    defaults = {
        "email": f"team{next(_numbers)}@example.org",
        "first_name": "Petra",
        "last_name": "Kuhn",
        "password": PASSWORD,
    }
    return employees.create_employee(role=role, **defaults | values, on=DAY, by=ANNA)


def legal_texts(on=DAY):
    """What a customer agrees to, and the imprint."""
    return [
        add_legal_text(
            kind=kind, text=f"{kind.label}: der ganze Text.", valid_from=on, on=on, by=ANNA
        )
        for kind in LegalKind
    ]


def offer_draft(*lines, of=None, on=DAY, **values):
    defaults = {"payment_method": PaymentMethod.BANK_TRANSFER}
    positions = list(lines) or [line()]
    return offers.save_offer(
        of or customer(), positions=positions, on=on, by=ANNA, **defaults | values
    )


def offer(*lines, of=None, on=DAY, send_mail=True, **values):
    """An open offer. The legal texts are written with the first one."""
    with clock.at(clock.noon(on)):
        if current_legal_text(LegalKind.TERMS, on) is None:
            legal_texts(on)
        made = offer_draft(*lines, of=of, on=on, **values)
        return offers.issue_offer(made, send_mail=send_mail, on=on, by=ANNA)


def change_company(**values):
    """Other settings than the default, as the settings page saves them."""
    return save_company(values, by=ANNA)


def contract_by_hand(of=None, *, starts_on=DAY, price="49.00", course=None, on=None, **values):
    """A contract that the office makes; nothing of it is billed yet."""
    dog = participant(of or customer())
    terms = {n: values.pop(n) for n in ("interval_months", "minimum_months", "notice_months")
             if n in values}  # fmt: skip
    return contract_making.create_contract(
        dog.customer,
        participant=dog,
        course_date=course or running_course(starts_on=starts_on),
        term_template=term_template(price=Decimal(price), **terms),
        starts_on=starts_on,
        on=on or starts_on,
        by=ANNA,
        **values,
    )


def pdf(pages=1, **save):
    """A small PDF; `save` as pikepdf's own, for an encrypted one for instance."""
    document, out = pikepdf.new(), BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    document.save(out, deterministic_id="encryption" not in save, **save)
    return out.getvalue()


def enclosure(name="Hausordnung.pdf", content=None, location=None):
    """A file of the office's own that goes along with confirmations."""
    file = (name, pdf() if content is None else content)
    return add_enclosure(file=file, location=location, on=DAY, by=ANNA)


def customer_file(of=None, name="Impfpass.pdf", content=None, **values):
    """A document in a customer's record."""
    upload = checked(name, pdf() if content is None else content)
    return upload_files(of or customer(), files=[upload], on=DAY, by=ANNA, **values)


def note(of=None, *, on=DAY, by=ANNA, **values):
    """A note about a customer, written on a day."""
    with clock.at(clock.noon(on)):
        return add_note(of or customer(), on=on, by=by, **{"text": "Ruft an"} | values)


def dunning_run(days=2, **values):
    """A run of one stage beside the standard one."""
    ensure_standard_run(by=ANNA)
    run = save_record(DunningRun(), {"name": "Strenger Lauf", **values}, by=ANNA)
    stage = {
        "run_id": run.id, "name": "Streng", "kind": StageKind.NOTICE, "days": days,
        "subject": "Mahnung zu {{ rechnung }}", "text": "{{ rechnungen }}",
    }  # fmt: skip
    save_record(DunningStage(), stage, by=ANNA)
    return run


def customer_group(name="Züchter", **values):
    return save_record(CustomerGroup(), {"name": name, **values}, by=ANNA)


def recipient_group(name="Sommerfest", **values):
    return save_record(RecipientGroup(), {"name": name, **values}, by=ANNA)


def custom_field(label="Größe", kind=FieldKind.TEXT, **values):
    """A field of the house's own, for customers; a sensitive one says what it is needed for."""
    if values.get("is_sensitive"):
        values = {"purpose": "Hilfe im Notfall", **values}
    return save_record(CustomField(), {"label": label, "kind": kind, **values}, by=ANNA)


def mandate(of=None, *, on=DAY, **values):
    """A customer's SEPA mandate."""
    of = of or customer(iban="DE89370400440532013000", payment_method=PaymentMethod.DIRECT_DEBIT)
    return grant_mandate(of, signed_on=on, on=on, by=ANNA, **values)


def lecturer(*hours, **values):
    """Somebody who gives appointments, on every day of the week from eight to eight.

    `hours` are other times: weekday, from, to.
    """
    one = employee(Role.INSTRUCTOR, **values)
    week = hours or [(day, time(8), time(20)) for day in Weekday]
    for each in week:
        lecturer_hours(one, *each)
    return one


def lecturer_hours(of, weekday, from_time, to_time):
    values = {
        "lecturer_id": of.id, "weekday": weekday, "from_time": from_time, "to_time": to_time,
    }  # fmt: skip
    return save_record(LecturerHours(), values, by=ANNA)


def appointment_template(*lecturers, **values):
    """An hour with one of the lecturers, wherever is agreed upon."""
    defaults = {
        "name": "Einzelstunde", "place": AppointmentPlace.VARIABLE, "duration_minutes": 60,
        "price": Decimal("60.00"), "lecturers": list(lecturers) or [lecturer()],
    }  # fmt: skip
    return save_record(AppointmentTemplate(), defaults | values, by=ANNA)


def appointment_line(template, day, at, who=None, **values):
    """A position that sells an appointment."""
    defaults = {
        "kind": PositionKind.APPOINTMENT, "text": template.name, "vat_rate": template.vat_rate,
        "appointment_template_id": template.id, "lecturer_id": (who or template.lecturers[0]).id,
        "begins_at": clock.moment(day, at),
    }  # fmt: skip
    return line(str(template.price), **defaults | values)


def event(*, day=date(2026, 12, 5), at=time(18), until=time(22), published=True, quotas=(2,),
          **values):  # fmt: skip
    """An event with a ticket category for each of `quotas`, on sale."""
    made = events.create_event(
        day=day, at=at, until=until, on=DAY, by=ANNA, **{"name": "Sommerfest"} | values
    )
    for place, quota in enumerate(quotas):
        name = "Erwachsene" if not place else f"Kategorie {place}"
        ticket_category(made, name=name, quota=quota)
    if published:
        events.publish_event(made, on=DAY, by=ANNA)
    return made


def ticket_category(of, **values):
    defaults = {"event_id": of.id, "name": "Erwachsene", "price": Decimal("12.00"), "quota": 2}
    return save_record(TicketCategory(), defaults | values, by=ANNA)


def ticket_line(category, count=1, **values):
    """A position that sells tickets."""
    defaults = {
        "kind": PositionKind.TICKET, "text": str(category), "quantity": Decimal(count),
        "vat_rate": category.vat_rate, "ticket_category_id": category.id,
    }  # fmt: skip
    return line(str(category.price), **defaults | values)


def rental_line(room, day, at, until, **values):
    """A position that rents a room out, on one day."""
    defaults = {
        "kind": PositionKind.ROOM, "text": f"Raum {room}", "room_id": room.id,
        "begins_at": clock.moment(day, at), "ends_at": clock.moment(day, until),
    }  # fmt: skip
    return line("80.00", **defaults | values)


def membership_template(**values):
    """A membership that counts from the booking on, 29.00 a month."""
    defaults = {"name": "Gold", "price": Decimal("29.00")}
    return save_record(MembershipTemplate(), defaults | values, by=ANNA)


def membership(of=None, *, starts_on=DAY, price="29.00", on=None, **template):
    """A membership that is sold by an invoice."""
    kind = membership_template(price=Decimal(price), **template)
    sold = line(
        price, kind=PositionKind.MEMBERSHIP, text=kind.name, membership_template_id=kind.id,
        starts_on=starts_on,
    )  # fmt: skip
    return invoice(sold, of=of, on=on or starts_on)


def voucher_template(name="Geschenkgutschein", **values):
    defaults = {"price": Decimal("50.00"), "value": Decimal("50.00")}
    return save_voucher_template(name=name, **defaults | values, on=DAY, by=ANNA)


def value_voucher(of=None, on=DAY, **values):
    """A voucher that the house gives away."""
    defaults = {"name": "Kulanz", "value": Decimal("50.00")}
    return issue_value_vouchers(of, on=on, by=ANNA, **defaults | values)


def discount_code(of=None, on=DAY, **values):
    """A code for 10 per cent, where the test says nothing else."""
    defaults = {"name": "Aktion", "percent": Decimal("10.00")}
    return create_discount_code(of, on=on, by=ANNA, **defaults | values)
