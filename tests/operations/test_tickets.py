"""Events and their tickets: sold up to the quota, admitted once, void when cancelled."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from kutego import clock
from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Booking,
    BookingState,
    ClosingTime,
    CoveredRule,
    EventState,
    Invoice,
    Message,
    Rendition,
    Ticket,
    TicketSheet,
    TicketState,
)
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.check_in import admit_ticket, ticket_of, undo_admission
from kutego.operations.documents import render_pending
from kutego.operations.event_cancellations import cancel_event, cancelling_preview
from kutego.operations.events import change_event, publish_event, withdraw_event
from kutego.operations.invoices import issue_invoice
from kutego.operations.master_data import save_record
from kutego.operations.runs import work_open_runs
from kutego.operations.ticket_codes import code_from, shown_code
from kutego.operations.ticket_sheets import resend_ticket
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY, ticket_line
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")

EVENING = date(2026, 12, 5)
WHEN = {"day": EVENING, "at": time(18), "until": time(22)}


@pytest.fixture(autouse=True)
def today():
    with clock.at(clock.noon(DAY)):
        yield


def sell(category, count=1, **values):
    return factories.invoice(ticket_line(category, count), **values)


def tickets_of(invoice):
    query = select(Ticket).where(Ticket.invoice_id == invoice.id).order_by(Ticket.id)
    return db.session.scalars(query).all()


def printed(ticket):
    db.session.refresh(ticket)
    return [each["code"] for each in ticket.sheet.snapshot["tickets"]]


def admit(ticket, **values):
    return admit_ticket(ticket, **{"on": DAY, "by": ANNA} | values)


# --- what is refused --------------------------------------------------------------------------


def test_an_event_that_cannot_be_is_refused():
    room, far = factories.room(), factories.location(name="Wiese")
    for values, match in [
        ({"until": time(18)}, "vor ihrem Beginn"),
        ({"until_day": EVENING + timedelta(days=32)}, "höchstens 31 Tage"),
        ({"room": room, "location": far}, "anderen Standort"),
    ]:
        with pytest.raises(DomainError, match=match):
            factories.event(**WHEN | values)
    with pytest.raises(DomainError, match="Ticketkategorie"):
        factories.event(quotas=())


def test_a_category_that_cannot_be_is_refused():
    event = factories.event(quotas=(2,))
    [category] = event.categories
    sell(category, 2)
    for values, match in [
        ({"price": Decimal("-0.01")}, "Preis"),
        ({"quota": -1}, "Kontingent"),
        ({"quota": 1}, "schon 2 Tickets verkauft"),
        ({"sold_from": EVENING, "sold_until": DAY}, "vor seinem Beginn"),
    ]:
        with pytest.raises(DomainError, match=match):
            save_record(category, values, by=ANNA)


def test_tickets_are_sold_only_of_what_is_on_sale():
    event = factories.event(quotas=(2, 2, 2), published=False)
    now, later, over = event.categories
    save_record(later, {"sold_from": DAY + timedelta(days=1)}, by=ANNA)
    save_record(over, {"sold_until": DAY - timedelta(days=1)}, by=ANNA)
    with pytest.raises(DomainError, match="keine Tickets verkauft"):
        sell(now)
    publish_event(event, on=DAY, by=ANNA)
    for line, match in [
        (ticket_line(now, ticket_category_id=None), "welches Ticket"),
        (ticket_line(now, quantity=Decimal("1.50")), "ganze Tickets"),
        (ticket_line(now, 201), "1 bis 200"),
        (ticket_line(now, 3), "nur noch 2 Tickets"),
        (ticket_line(later), "erst ab 24.11.2026"),
        (ticket_line(over), "nur bis 22.11.2026"),
    ]:
        with pytest.raises(DomainError, match=f"Position 1: .*{match}"):
            factories.draft(line)
    sell(now, 2)
    with pytest.raises(DomainError, match="ausverkauft"):
        sell(now)
    with pytest.raises(DomainError, match="verkauft"):
        withdraw_event(event, on=DAY, by=ANNA)
    ada, few = factories.customer(), factories.event(quotas=(9,)).categories[0]
    save_record(few, {"most_each": 2}, by=ANNA)
    drafts = [factories.draft(ticket_line(few), ticket_line(few), of=ada) for _n in range(2)]
    issue_invoice(drafts[0], on=DAY, by=ANNA)
    with pytest.raises(DomainError, match=r"jeden höchstens 2 Tickets; .* hat schon 2\."):
        issue_invoice(drafts[1], on=DAY, by=ANNA)
    sell(few, 2)  # somebody else
    with pytest.raises(DomainError, match="mindestens ein Ticket"):
        save_record(few, {"most_each": 0}, by=ANNA)
    with clock.at(clock.noon(EVENING + timedelta(days=1))), pytest.raises(DomainError, match="vor"):
        sell(later, on=EVENING + timedelta(days=1))


def test_a_taken_room_refuses_to_publish_and_to_move():
    room = factories.room()
    factories.event(room=room, name="Konzert")
    second = factories.event(room=room, published=False)
    with pytest.raises(DomainError, match="Veranstaltung „Konzert“"):
        publish_event(second, on=DAY, by=ANNA)
    late = {"day": EVENING, "at": time(22), "until": time(23), "room": room}
    change_event(second, name="Später", on=DAY, by=ANNA, **late)
    publish_event(second, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="Veranstaltung „Konzert“"):
        change_event(second, name="Zu früh", on=DAY, by=ANNA, **late | {"at": time(21, 59)})
    assert second.name == "Später"


# --- sold and given back ----------------------------------------------------------------------


def test_tickets_are_made_printed_and_mailed_and_bear_no_name():
    category = factories.event(location=factories.location()).categories[0]
    owner = factories.customer(last_name="Kowalski")
    draft = factories.draft(ticket_line(category, 2), of=owner)
    assert db.session.scalars(select(Ticket)).all() == []  # a draft reserves nothing

    invoice = issue_invoice(draft, on=DAY, by=ANNA)

    one, two = tickets_of(invoice)
    assert one.code != two.code
    assert {one.state, two.state} == {TicketState.VALID}
    assert invoice.current.positions[0].period_first == EVENING
    sheet = db.session.scalars(select(TicketSheet)).one()
    assert [t["code"] for t in sheet.snapshot["tickets"]] == [one.code, two.code]
    assert "Kowalski" not in str(sheet.snapshot)
    mail = db.session.scalars(select(Message).where(Message.template == "tickets")).one()
    assert mail.subject == "Ihre 2 Tickets für „Sommerfest“"
    assert render_pending().problems == []
    rendition = db.session.scalars(
        select(Rendition).where(Rendition.document_id == sheet.id, Rendition.kind == "ticket_sheet")
    ).one()
    assert mail.attachments == [["rendition", rendition.id]]
    assert rendition.name.startswith("Tickets Sommerfest")
    assert files.read(rendition.sha256).startswith(b"%PDF")


def test_cancelled_tickets_are_void_and_can_be_sold_again():
    [category] = factories.event().categories
    invoice = sell(category, 2)
    admit(tickets_of(invoice)[0])

    assert "werden ungültig" in str(plan_cancellation(invoice).lines())
    cancel_positions(invoice, reason="krank", on=DAY, by=ANNA)

    assert {ticket.state for ticket in tickets_of(invoice)} == {TicketState.VOID}
    with pytest.raises(DomainError, match="storniert"):
        resend_ticket(tickets_of(invoice)[0], on=DAY, by=ANNA)
    again = tickets_of(sell(category, 2))
    assert resend_ticket(again[0], on=DAY, by=ANNA).template == "tickets"


def test_a_lost_ticket_gets_a_new_code_and_the_old_one_opens_nothing():
    event = factories.event(quotas=(3,))
    sold = sell(event.categories[0], 2)
    lost, kept = tickets_of(sold)
    renew = {"renew": True, "on": DAY, "by": ANNA}
    with pytest.raises(DomainError, match="keine E-Mail-Adresse"):
        resend_ticket(lost, recipient="niemand", **renew)

    mail = resend_ticket(lost, recipient="freundin@example.org", **renew)

    _lost, _kept, new = tickets_of(sold)
    assert (mail.recipient, mail.subject) == (
        "freundin@example.org", "Ihr Ticket für „Sommerfest“",
    )  # fmt: skip
    assert printed(new) == [new.code]
    with pytest.raises(DomainError, match="neuen Code"):
        admit(ticket_of(event, lost.code))
    assert admit(ticket_of(event, new.code)).state is TicketState.ADMITTED
    with pytest.raises(DomainError, match="schon jemand eingelassen"):
        resend_ticket(new, **renew)
    assert resend_ticket(kept, on=DAY, by=ANNA).subject == "Ihr Ticket für „Sommerfest“"
    assert printed(kept) == [kept.code]  # without the page of the lost one
    sell(event.categories[0])  # it took no place of its own
    assert list(verify()) == []


def test_an_event_at_another_time_sends_everybody_new_tickets_with_the_same_codes():
    clerk = Actor("Petra Kuhn", factories.employee().id)
    event = factories.event(quotas=(9, 9))
    owner, silent = factories.customer(), factories.customer(email=None)
    sold = factories.invoice(*(ticket_line(c, 2) for c in event.categories), of=owner)
    factories.invoice(ticket_line(event.categories[0]), of=silent)
    cancelled = sell(event.categories[0])
    cancel_positions(cancelled, reason="krank", on=DAY, by=ANNA)
    codes = [ticket.code for ticket in tickets_of(sold)]
    change = {"name": "Sommerfest", "on": DAY, "by": clerk}

    assert change_event(event, **change, **WHEN, description="Mit Musik") is None
    late = WHEN | {"at": time(20)}
    assert change_event(event, **change, **late, send_mail=False) is None
    run = change_event(event, **change, **late | {"day": EVENING + timedelta(days=7)})
    work_open_runs()

    assert run.total == 2  # one has no address
    [mail] = db.session.scalars(select(Message).where(Message.template == "event_moved"))
    assert (mail.customer_id, len(mail.attachments)) == (owner.id, 2)
    assert "jetzt am 12.12.2026 20:00–22:00" in mail.subject
    assert "Bisher: 05.12.2026 20:00–22:00 Uhr" in mail.body
    assert "Ihre 4 Tickets gelten weiter" in mail.body
    assert [ticket.code for ticket in tickets_of(sold)] == codes
    assert {t.sheet.snapshot["when"] for t in tickets_of(sold)} == {"12.12.2026 20:00–22:00"}
    admit(ticket_of(event, codes[0]))


# --- at the door ------------------------------------------------------------------------------


def test_codes_are_typed_as_people_read_them():
    code = "0123456789ABCDEF"
    assert shown_code(code) == "0123-4567-89AB-CDEF"
    assert code_from(" o123-4567-89ab-cdef ") == code
    assert code_from("0I23456789ABCDEF") == "0123456789ABCDEF"
    for typed in ("", "0123", "U" * 16, code + "0", "0123456789ABCDE\x00"):
        assert code_from(typed) is None


def test_the_door_lets_in_once_and_says_why_not():
    party, concert = factories.event(), factories.event(name="Konzert")
    one, two = tickets_of(sell(party.categories[0], 2))
    cancelled = sell(concert.categories[0])
    cancel_positions(cancelled, reason="krank", on=DAY, by=ANNA)

    for typed in ("Quatsch", shown_code("0" * 16)):
        with pytest.raises(DomainError, match="gibt es nicht"):
            ticket_of(party, typed)
    with pytest.raises(DomainError, match="andere Veranstaltung: „Sommerfest“"):
        ticket_of(concert, one.code)
    with pytest.raises(DomainError, match="storniert"):
        admit(tickets_of(cancelled)[0])

    assert admit(ticket_of(party, shown_code(one.code).lower())).state is TicketState.ADMITTED
    with pytest.raises(DomainError, match=r"Schon eingelassen: 23\.11\.2026 um 12:00:00 Uhr"):
        admit(one)
    undo_admission(one, on=DAY, by=ANNA)
    assert admit(one).admitted_by == "Anna Büro"
    with pytest.raises(DomainError, match="nicht eingelassen"):
        undo_admission(two, on=DAY, by=ANNA)


# --- an event that does not take place --------------------------------------------------------


def test_a_cancelled_event_voids_its_tickets_and_cancels_what_was_billed():
    clerk = Actor("Petra Kuhn", factories.employee().id)
    event = factories.event(quotas=(5, 5))
    first, second = event.categories
    product = factories.line("20.00", text="Leine")
    paid = factories.invoice(
        ticket_line(first, 2), product, ticket_line(second), ticket_line(second)
    )
    cancel_positions(paid, positions=["p4"], reason="krank", on=DAY, by=ANNA)  # not told again
    other = sell(first)
    booked = factories.invoice(ticket_line(first, unit_price=Decimal("0.00")))
    assert isinstance(booked, Booking)
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    code = factories.value_voucher(value=Decimal("100.00"))
    mixed = factories.invoice(ticket_line(second), product, codes=[code.code])
    assert isinstance(mixed, Booking)
    assert cancelling_preview(event) == [
        "6 Tickets werden ungültig.",
        (f"{paid}, Jörg Müller", Decimal("36.00")),
        (f"{other}, Jörg Müller", Decimal("12.00")),
        "2 Buchungen ohne Rechnung",
    ]

    cancel_event(event, reason="Sturm", on=DAY, by=clerk)
    with pytest.raises(DomainError, match="abgesagt"):
        admit(tickets_of(other)[0])  # at once, before the run is through
    work_open_runs()

    assert event.state is EventState.CANCELLED
    assert {t.state for i in (paid, other) for t in tickets_of(i)} == {TicketState.VOID}
    assert (paid.open_amount, other.open_amount) == (Decimal("20.00"), Decimal("0.00"))
    assert booked.state is BookingState.CANCELLED
    assert (mixed.state, [p.text for p in mixed.left]) == (BookingState.OPEN, ["Leine"])
    assert (mixed.voucher_used, code.rest) == (Decimal("20.00"), Decimal("80.00"))
    told = select(Message).where(Message.template == "event_cancelled")
    mails = db.session.scalars(told).all()
    assert sorted("Um das Geld" in mail.body for mail in mails) == [False, True, True, True]
    assert list(verify()) == []
    with pytest.raises(DomainError):
        cancel_event(event, reason="noch einmal", on=DAY, by=clerk)
    assert cancel_event(factories.event(), reason="Sturm", on=DAY, by=clerk) is None


def test_verify_names_what_can_only_come_from_outside():
    [category] = factories.event(quotas=(2,)).categories
    sell(category, 2)
    cancelled = factories.event().categories[0]
    void = sell(cancelled)
    cancel_positions(void, reason="krank", on=DAY, by=ANNA)
    template, room = factories.appointment_template(), factories.room()
    for hour in (10, 12):
        factories.invoice(
            factories.appointment_line(template, EVENING, time(hour)),
            factories.rental_line(room, EVENING, time(hour), time(hour + 1)),
        )
    assert list(verify()) == []

    with transaction() as session:
        for change in (
            "UPDATE ticket_category SET quota = 1 WHERE id = 1",
            "UPDATE ticket SET state = 'admitted' WHERE id = 1",
            f"UPDATE ticket SET state = 'valid' WHERE invoice_id = {void.id}",
            "UPDATE appointment SET begins_at = (SELECT MIN(begins_at) FROM appointment)",
            "UPDATE room_rental SET begins_at = (SELECT MIN(begins_at) FROM room_rental)",
        ):
            session.execute(text(change))

    assert [problem.place for problem in verify()] == [
        "ticket_category 1", "ticket 3", "ticket 1", "appointment 2", "room_rental 2",
    ]  # fmt: skip


# --- at once ----------------------------------------------------------------------------------


def test_the_last_ticket_is_sold_once(app):
    [category] = factories.event(quotas=(1,)).categories
    drafts = [factories.draft(ticket_line(category)).id for _n in range(4)]

    def issue(id_):
        with clock.at(clock.noon(DAY)):
            return issue_invoice(db.session.get(Invoice, id_), on=DAY, by=ANNA).id

    outcomes = in_threads(app, *(lambda id_=id_: issue(id_) for id_ in drafts))

    refused = [str(outcome) for outcome in outcomes if isinstance(outcome, DomainError)]
    assert len(refused) == 3
    assert all("ausverkauft" in sentence for sentence in refused)
    db.session.rollback()
    assert len(db.session.scalars(select(Ticket)).all()) == 1


def test_two_doors_let_one_in(app):
    [category] = factories.event().categories
    id_ = tickets_of(sell(category))[0].id

    outcomes = in_threads(app, *[lambda: admit(db.session.get(Ticket, id_)).id] * 4)

    refused = [str(outcome) for outcome in outcomes if isinstance(outcome, DomainError)]
    assert len(refused) == 3
    assert all("Schon eingelassen" in sentence for sentence in refused)


def test_a_question_about_a_closed_house_can_be_answered():
    room = factories.room()
    closed = {"title": "Inventur", "starts_on": EVENING, "ends_on": EVENING}
    save_record(ClosingTime(), closed, by=ANNA)
    event = factories.event(room=room, published=False)
    with pytest.raises(NeedsConfirmation) as question:
        publish_event(event, on=DAY, by=ANNA)
    publish_event(event, confirmed=frozenset({question.value.code}), on=DAY, by=ANNA)
