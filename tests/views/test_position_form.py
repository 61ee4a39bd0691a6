"""The editor of lines: what it fills in, adds up, refuses and saves (invoices)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import (
    RIGHTS,
    Appointment,
    Contract,
    CoveredRule,
    DepositKind,
    Enrolment,
    EnrolmentState,
    Invoice,
    InvoicePosition,
    InvoiceState,
    Message,
    Package,
    Participant,
    PaymentMethod,
    PositionKind,
    Product,
    Right,
    Role,
    RoomRental,
    Ticket,
    UnitQuota,
    Voucher,
)
from kutego.operations import credit
from kutego.operations.master_data import save_record
from kutego.operations.vouchers import block_voucher
from kutego.periods import DAY
from tests import factories
from tests.factories import ANNA
from tests.views.panel.statements import counted
from tests.views.visitor import hidden_fields, staff


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


@pytest.fixture
def customer(app):
    return factories.customer(permanent_discount=Decimal("5.00"))


def scalar(query):
    db.session.rollback()
    return db.session.scalar(query)


def new(customer):
    return f"/buero/invoices/new/?customer={customer.id}"


def line(place=0, **values):
    """The fields of a line as a browser sends them."""
    defaults = {
        "kind": "other", "text": "Beratung", "quantity": "1", "unit": "C62",
        "unit_price": "49,00", "discount_percent": "0", "vat_rate": "19.00",
    }  # fmt: skip
    return {f"positions-{place}-{name}": str(v) for name, v in {**defaults, **values}.items()}


def send(clerk, path, *lines, **fields):
    """Open the form, put the lines in its place and press a button."""
    html = clerk.get(path).text
    hidden = hidden_fields(html[html.index("data-positions") - 60 :])
    own = {name: value for name, value in hidden.items() if not name.startswith("positions-")}
    sent = {**own, "payment_method": "bank_transfer"}
    for one in lines:
        sent |= one
    return clerk.post(path, {**sent, **fields})


# --- what it fills in -----------------------------------------------------------------------------


def test_the_customer_is_asked_first(clerk, customer):
    assert "Weiter zu den Positionen" in clerk.get("/buero/invoices/new/").text

    answer = clerk.send("/buero/invoices/new/", customer=customer.number)

    assert answer.location.endswith(f"customer={customer.id}")


def test_a_new_line_has_the_permanent_discount_in_sight(clerk, customer):
    html = send(clerk, new(customer), do="add-other").text

    assert 'name="positions-0-discount_percent"' in html
    assert 'value="5"' in html


def test_the_hint_points_to_the_offer(clerk, customer):
    html = clerk.get(new(customer)).text

    assert "nicht ausdrücklich zugestimmt" in html
    assert f"/buero/offers/new/?customer={customer.id}" in html


def test_an_empty_text_and_price_come_from_the_product(clerk, customer):
    product = factories.product(name="Leine", price=Decimal("19.90"))
    bought = line(kind="product", text="", unit_price="", product_id=product.id)

    send(clerk, new(customer), bought, do="draft")

    assert scalar(select(Invoice.total)) == Decimal("19.90")


def test_a_block_course_brings_price_text_and_period(clerk, customer):
    dog = factories.participant(customer)
    course = factories.course_date(title="Welpenkurs", price=Decimal("149.00"))
    booked = line(
        kind="course", text="", unit_price="", course_date_id=course.id, participant_id=dog.id
    )

    send(clerk, new(customer), booked, do="issue")

    [shown] = scalar(select(Invoice)).current.snapshot["positions"]
    assert (shown["text"], shown["gross"]) == ("Welpenkurs", "149.00")
    assert shown["period_first"] == course.starts_on.isoformat()
    assert scalar(select(func.count(Enrolment.id))) == 1


def test_a_running_course_takes_its_own_term_and_makes_the_contract(clerk, customer):
    dog = factories.participant(customer)
    term = factories.term_template(name="Monatlich", price=Decimal("49.00"))
    course = factories.running_course(title="Agility", term_template_id=term.id)
    booked = line(
        kind="course", text="", unit_price="", course_date_id=course.id, participant_id=dog.id
    )

    send(clerk, new(customer), booked, do="issue")

    assert scalar(select(Invoice.total)) == Decimal("49.00")
    assert scalar(select(Contract.term_template_id)) == term.id


# --- adding up ------------------------------------------------------------------------------------


def test_the_preview_takes_discounts_then_credit(clerk, customer):
    credit.deposit_credit(
        customer, amount=Decimal("30.00"), kind=DepositKind.GOODWILL,
        received_on=clock.today(), on=clock.today(), by=ANNA,
    )  # fmt: skip
    lines = (
        line(0, unit_price="100,00", discount_percent="10"),
        line(1, unit_price="100,00", discount_percent="5"),
    )

    html = send(clerk, new(customer), *lines, credit="30", do="preview").text

    steps = [
        "200,00\xa0€", "Positionsrabatte", "-10,00\xa0€", "Dauerhafter Kundenrabatt 5 %",
        "-5,00\xa0€", "185,00\xa0€", "-30,00\xa0€", "155,00\xa0€",
    ]  # fmt: skip
    preview = html[html.index("Vorschau</h2>") :]
    places = [preview.index(step) for step in steps]
    assert places == sorted(places)
    assert "Verfügbar: 30,00\xa0€" in html
    assert scalar(select(func.count(Invoice.id))) == 0


def test_the_totals_alone_are_answered_while_somebody_is_choosing(clerk, customer):
    course = factories.course_date(price=Decimal("149.00"))
    unfinished = line(kind="course", text="", unit_price="", course_date_id=course.id)

    html = send(clerk, new(customer), unfinished, do="totals").text

    assert html.lstrip().startswith("<section")
    assert "149,00\xa0€" in html


# --- lines come and go ----------------------------------------------------------------------------


def test_lines_are_added_and_removed_without_scripts(clerk, customer):
    more = send(clerk, new(customer), line(0, text="Eins"), do="add-product").text
    assert 'name="positions-0-text"' in more
    assert 'name="positions-1-product_id"' in more

    less = send(
        clerk, new(customer), line(0, text="Eins"), line(1, text="Zwei"), do="remove-0"
    ).text
    assert 'value="Eins"' not in less
    assert 'value="Zwei"' in less


def test_lines_are_saved_in_the_order_in_which_they_stand(clerk, customer):
    first, second = line(0, text="Eins"), line(1, text="Zwei")

    send(clerk, new(customer), second, first, do="draft")  # as a browser sends moved lines

    assert [p.text for p in scalar(select(Invoice)).draft_positions] == ["Zwei", "Eins"]
    for wish, order in (("up-1", ["Zwei", "Eins"]), ("down-1", ["Eins", "Zwei"]),
                        ("down-0", ["Zwei", "Eins"]), ("up-9", ["Eins", "Zwei"])):  # fmt: skip
        html = send(clerk, new(customer), first, second, do=wish).text
        assert re.findall(r'value="(Eins|Zwei)"', html) == order, wish


def test_what_a_long_list_leaves_out_is_found_by_typing_and_can_be_sold(clerk, customer):
    with transaction():
        many = [Product(name=f"Übungsleine {n:03}", price=Decimal(n)) for n in range(1, 81)]
        db.session.add_all(many)
    factories.course_date(title="Überflieger", capacity=6)
    search = "/buero/invoices/choices/?field=product_id&q="

    html = clerk.get(new(customer)).text
    [found] = clerk.get(f"{search}übung 077").get_json()
    bought = line(kind="product", text="", unit_price="", product_id=found["id"])
    send(clerk, new(customer), bought, do="draft")

    assert "Übungsleine 050" in html
    assert "Übungsleine 077" not in html
    assert 'data-search="all"' in html
    assert (found["label"], found["price"]) == ("Übungsleine 077", "77.00")
    assert scalar(select(Invoice.total)) == Decimal("77.00")
    [course] = clerk.get("/buero/offers/choices/?field=course_date_id&q=ÜBER").get_json()
    assert course["label"].endswith(", 6 frei")
    for nothing in ("Leine%", "Halsband", "übung 999", "_"):
        assert clerk.get(f"{search}{nothing}").get_json() == []
    assert clerk.get("/buero/invoices/choices/?field=participant_id&q=").status_code == 404


def test_somebody_new_is_taken_in_while_the_invoice_is_written(clerk, customer):
    typed = line(0, text="Beratung für den Neuen", participant_id="")

    unnamed = send(clerk, new(customer), typed, do="newcomer", newcomer=" ")
    taken_in = send(clerk, new(customer), typed, do="newcomer", newcomer="Bruno")
    again = send(clerk, new(customer), typed, do="newcomer", newcomer="bruno")

    bruno = scalar(select(Participant.id).where(Participant.first_name == "Bruno"))
    assert "Bitte einen Namen eingeben." in unnamed.text
    assert unnamed.text.count("Beratung für den Neuen") == taken_in.text.count(
        "Beratung für den Neuen"
    )
    assert f'<option selected value="{bruno}">Bruno' in taken_in.text
    assert "schon diesen Namen" in again.text
    assert scalar(select(func.count(Participant.id))) == 1


def test_blank_lines_are_left_out(clerk, customer):
    blank = line(1, text="", unit_price="")

    send(clerk, new(customer), line(0), blank, do="draft")

    assert len(scalar(select(Invoice)).draft_positions) == 1


def test_more_lines_than_a_document_can_have_are_refused(clerk, customer):
    lines = [line(place) for place in range(205)]

    answer = send(clerk, new(customer), *lines, do="draft")

    assert answer.status_code == 422
    assert "höchstens 200 Positionen" in answer.text
    assert scalar(select(func.count(Invoice.id))) == 0


# --- saving ---------------------------------------------------------------------------------------


def test_a_draft_is_saved_written_on_and_issued(clerk, customer):
    saved = send(clerk, new(customer), line(0, unit_price="1.049,50"), do="draft")
    invoice = scalar(select(Invoice))
    assert saved.location == f"/buero/invoice_drafts/{invoice.id}/"
    assert (invoice.state, invoice.total) == (InvoiceState.DRAFT, Decimal("1049.50"))

    path = f"/buero/invoice_drafts/{invoice.id}/edit/"
    assert "1.049,50" in clerk.get(path).text
    issued = send(clerk, path, line(0, unit_price="50"), do="issue", send_mail="1")

    assert issued.location == f"/buero/invoices/{invoice.id}/"
    assert scalar(select(Invoice.total)) == Decimal("50.00")
    assert scalar(select(Message.template)) == "invoice_issued"


def test_a_form_sent_twice_makes_one_invoice(clerk, customer):
    html = clerk.get(new(customer)).text
    hidden = hidden_fields(html[html.index("data-positions") - 60 :])
    fields = {**hidden, **line(0), "payment_method": "bank_transfer", "do": "issue"}

    for _ in range(2):
        assert clerk.post(new(customer), fields).status_code == 302

    assert scalar(select(func.count(Invoice.id))) == 1


def test_a_full_course_is_asked_about_and_then_booked(clerk, customer):
    dog = factories.participant(customer)
    course = factories.full_course()
    booked = line(kind="course", course_date_id=course.id, participant_id=dog.id)

    asked = send(clerk, new(customer), booked, do="issue")
    assert "ist voll" in asked.text
    assert "Trotzdem: Ausstellen" in asked.text
    assert scalar(select(func.count(Enrolment.id))) == 1
    code = asked.text.partition('name="confirmed" value="')[2].partition('"')[0]
    other = line(kind="course", text="Anders", course_date_id=course.id, participant_id=dog.id)
    assert "ist voll" in send(clerk, new(customer), other, do="issue", confirmed=code).text

    send(clerk, new(customer), booked, do="issue", confirmed=code)

    assert scalar(select(func.count(Enrolment.id))) == 2


def test_two_clerks_cannot_overwrite_each_other(clerk, customer):
    invoice = factories.draft(of=customer, on=clock.today())
    path = f"/buero/invoice_drafts/{invoice.id}/edit/"
    send(clerk, path, line(0, unit_price="10"), do="draft")

    answer = send(clerk, path, line(0, unit_price="20"), do="draft", revision="1")

    assert answer.status_code == 422
    assert "inzwischen geändert" in answer.text
    assert scalar(select(Invoice.total)) == Decimal("10.00")


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_is_a_new_version_with_a_reason_and_the_tax_hint(clerk, customer):
    invoice = factories.invoice(of=customer, on=clock.today())
    path = f"/buero/invoices/{invoice.id}/edit/"
    assert "als Korrektur oder Gegenbuchung" in clerk.get(path).text
    assert send(clerk, path, line(0, key="p1"), do="correct").status_code == 422  # no reason

    send(clerk, path, line(0, key="p1", unit_price="59"), reason="Verrechnet", do="correct")

    db.session.rollback()
    assert invoice.current.number == f"{invoice.number}-2"
    assert invoice.total == Decimal("59.00")
    assert invoice.current.reason == "Verrechnet"


def test_a_correction_keeps_contract_and_place_whatever_the_browser_sends(clerk, customer):
    contract = factories.contract(customer, starts_on=clock.today())
    [invoice] = db.session.scalars(select(Invoice))
    other = factories.course_date()
    kept = line(0, key="p1", kind="other", unit_price="45", course_date_id=other.id)

    send(clerk, f"/buero/invoices/{invoice.id}/edit/", kept, reason="Rabatt", do="correct")

    db.session.rollback()
    [position] = invoice.current.positions
    assert (position.kind, position.unit_price) == (PositionKind.COURSE, Decimal("45.00"))
    assert position.contract_id == contract.id
    assert position.course_date_id == contract.course_date_id


def test_a_new_course_line_of_a_correction_gives_a_place(clerk, customer):
    dog = factories.participant(customer)
    course = factories.full_course()
    invoice = factories.invoice(of=customer, on=clock.today())
    path = f"/buero/invoices/{invoice.id}/edit/"
    fresh = line(1, kind="course", course_date_id=course.id, participant_id=dog.id)

    asked = send(clerk, path, line(0, key="p1"), fresh, reason="dazu", do="correct")
    assert "ist voll" in asked.text
    code = asked.text.partition('name="confirmed" value="')[2].partition('"')[0]
    send(clerk, path, line(0, key="p1"), fresh, reason="dazu", do="correct", confirmed=code)

    assert scalar(select(func.count(Enrolment.id))) == 2


def test_removing_a_course_line_gives_the_place_back_unless_unticked(clerk, customer):
    dog = factories.participant(customer)
    booked = factories.line(
        kind=PositionKind.COURSE, participant_id=dog.id, course_date_id=factories.course_date().id
    )
    extra = factories.line("9.00")
    for ticked, state in (("1", EnrolmentState.REMOVED), (None, EnrolmentState.ACTIVE)):
        invoice = factories.invoice(booked, extra, of=customer, on=clock.today())
        fields = {"remove_participants": ticked} if ticked else {}
        path = f"/buero/invoices/{invoice.id}/edit/"

        kept = line(0, key="p2", unit_price="9")
        asked = send(clerk, path, kept, reason="weg", do="correct", **fields)
        if ticked:
            assert "verlässt „Welpenkurs“" in asked.text
            code = asked.text.partition('name="confirmed" value="')[2].partition('"')[0]
            send(clerk, path, kept, reason="weg", do="correct", confirmed=code, **fields)

        found = select(Enrolment.state).where(Enrolment.invoice_id == invoice.id)
        assert scalar(found) is state


# --- every kind -----------------------------------------------------------------------------------


def catalogue():
    """Something of everything that is sold, each under its field."""
    now = clock.today()
    club, card = factories.membership_template(), Package()
    save_record(card, {"name": "10er-Karte", "units": 10, "price": Decimal("90.00")}, by=ANNA)
    party = factories.event(day=now + DAY).categories[0]
    room = factories.room()
    save_record(room, {"price": Decimal("20.00")}, by=ANNA)
    return {
        "course": factories.course_date(starts_on=now + DAY, ends_on=now + 30 * DAY),
        "appointment": factories.appointment_template(), "ticket": party, "room": room,
        "voucher": factories.voucher_template(), "membership": club,
        "product": factories.product(), "package": card,
    }  # fmt: skip


def picked(place, kind, record, dog, **values):
    """A line of which only the choice was made; the rest is for the form to complete."""
    link = {"course": "course_date_id", "ticket": "ticket_category_id"}
    name = link.get(kind, f"{kind}_id" if kind in ("room", "product", "package") else
                    f"{kind}_template_id")  # fmt: skip
    given = {name: record.id, "participant_id": dog.id, **values}
    return line(place, kind=kind, text="", unit_price="", quantity="", **given)


def test_a_line_of_each_kind_is_completed_issued_and_does_its_work(clerk, customer):
    dog, things = factories.participant(customer), catalogue()
    day = clock.today() + 2 * DAY
    more = {
        "appointment": {"begins_at": f"{day}T10:00"},
        "room": {"begins_at": f"{day}T10:00", "ends_at": f"{day}T12:30"},
        "membership": {"starts_on": str(clock.today())},
    }
    lines = [picked(n, kind, record, dog, **more.get(kind, {}))
             for n, (kind, record) in enumerate(things.items())]  # fmt: skip

    send(clerk, new(customer), *lines, line(9, participant_id=dog.id), do="issue")

    invoice = scalar(select(Invoice))
    sold = {p.kind.value: (p.text, p.quantity, p.gross) for p in invoice.current.positions}
    assert sold["appointment"] == ("Einzelstunde", 1, Decimal("60.00"))
    assert sold["ticket"] == ("Sommerfest, Erwachsene", 1, Decimal("12.00"))
    assert sold["room"][1:] == (Decimal("2.50"), Decimal("50.00"))
    assert sold["voucher"] == ("Geschenkgutschein", 1, Decimal("50.00"))
    assert sold["membership"] == ("Gold", 1, Decimal("29.00"))
    assert sold["package"] == ("10er-Karte", 1, Decimal("90.00"))
    assert len(sold) == 9
    for model in (Enrolment, Appointment, Ticket, RoomRental, Voucher, Contract, UnitQuota):
        assert scalar(select(func.count(model.id))) == 1


def test_a_line_asks_only_for_what_its_kind_has(clerk, customer):
    catalogue()

    for kind, there, not_there in (
        ("ticket", "ticket_category_id", "participant_id"),
        ("room", "ends_at", "starts_on"),
        ("appointment", "lecturer_id", "course_date_id"),
        ("membership", "starts_on", "period_first"),
        ("other", "period_first", "product_id"),
    ):
        html = send(clerk, new(customer), do=f"add-{kind}").text
        html = html[: html.index("<template")]
        assert f'name="positions-0-{there}"' in html
        assert f'name="positions-0-{not_there}"' not in html


def test_what_is_over_is_not_offered_and_a_form_takes_few_statements(clerk, customer):
    things = catalogue()
    factories.course_date(title="Vorbei", starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    factories.event(name="Gewesen", day=clock.today() - 9 * DAY)
    save_record(things["package"], {"is_active": False}, by=ANNA)

    with counted() as asked:
        html = clerk.get(new(customer)).text

    assert len(asked) <= 15, asked
    assert "Welpenkurs, ab" in html
    for gone in ("Vorbei", "Gewesen", "10er-Karte"):
        assert gone not in html


def test_the_totals_say_what_may_be_paid_how(clerk, customer):
    leash = factories.product(payment_methods=["bank_transfer", "paypal"])
    sold = line(kind="product", product_id=leash.id)

    html = send(clerk, new(customer), sold, do="totals").text

    assert "Zahlungsmethode: „Leine“ nur Überweisung oder PayPal." in html
    refused = send(clerk, new(customer), sold, do="draft", payment_method="on_site").text
    assert "„Zahlung vor Ort“ geht hier nicht: „Leine“ nur Überweisung oder PayPal." in refused


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"unit_price": "nan"},
        {"unit_price": "1e9"},
        {"unit_price": "12,345"},
        {"unit_price": ""},
        {"text": ""},
        {"text": "x" * 501},
        {"quantity": "-5"},
        {"quantity": "0"},
        {"discount_percent": "101"},
        {"vat_rate": "16"},
        {"kind": "unsinn"},
        {"unit": "unsinn"},
        {"kind": "course", "course_date_id": "999999"},
        {"kind": "course"},
        {"participant_id": "999999"},
        {"product_id": "-1", "kind": "product", "text": ""},
        {"kind": "course", "starts_on": "31.02.2026"},
        {"kind": "appointment", "begins_at": "31.02.2026 10:00"},
        {"kind": "room", "begins_at": "2026-12-01T10:00", "ends_at": "2026-12-01T09:00"},
        {"kind": "ticket"},
        {"kind": "membership"},
        {"kind": "package"},
        {"kind": "dunning_fee"},
        {"kind": "day_credit"},
        {"period_first": "2026-12-02", "period_last": "2026-12-01"},
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_written(clerk, customer, values):
    answer = send(clerk, new(customer), line(0, **values), do="issue")

    assert answer.status_code == 422
    assert "invalid" in answer.text
    assert "alert-danger" in answer.text
    assert scalar(select(func.count(Invoice.id))) == 0


def test_somebody_elses_participant_cannot_be_booked(clerk, customer):
    stranger = factories.participant()
    course = factories.course_date()
    booked = line(kind="course", course_date_id=course.id, participant_id=stranger.id)

    answer = send(clerk, new(customer), booked, do="issue")

    assert answer.status_code == 422
    assert scalar(select(func.count(Enrolment.id))) == 0


@pytest.mark.parametrize(
    "name", ["positions-²-text", "positions-99999999999-text", "positions--text"]
)
def test_odd_names_of_fields_do_no_harm(clerk, customer, name):
    answer = send(clerk, new(customer), line(0), do="preview", **{name: "x"})

    assert answer.status_code == 200


@pytest.mark.parametrize("query", ["customer=999999", "customer=²", "customer=-1"])
def test_a_customer_that_does_not_exist_is_not_there(clerk, query):
    assert clerk.get(f"/buero/invoices/new/?{query}").status_code in (200, 404)


def test_who_may_not_write_invoices_gets_no_form(app, customer):
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))
    invoice = factories.draft(of=customer, on=clock.today())

    for path in (new(customer), f"/buero/invoice_drafts/{invoice.id}/edit/"):
        assert teacher.get(path).status_code == 403


def test_without_a_token_nothing_is_written(clerk, customer):
    answer = clerk.post(
        new(customer), {**line(0), "payment_method": "bank_transfer", "do": "issue"}
    )

    assert answer.status_code == 400
    assert scalar(select(func.count(Invoice.id))) == 0


def test_whoever_has_participants_has_each_line_for_one_of_them(clerk, customer):
    """INV-25."""
    dogs = [factories.participant(customer), factories.participant(customer)]

    refused = send(clerk, new(customer), line(participant_id=""), do="issue")
    assert "Bitte auswählen, für wen sie ist." in refused.text
    send(clerk, new(customer), line(participant_id=dogs[1].id), do="issue")

    assert scalar(select(InvoicePosition.participant_id)) == dogs[1].id


# --- how it is paid ---------------------------------------------------------------------------


def test_a_down_payment_is_shown_taken_off_and_kept_in_the_draft(clerk, customer):
    given = {"down_payment": "20,00", "down_payment_method": "on_site",
             "down_payment_on": clock.today().isoformat()}  # fmt: skip

    preview = send(clerk, new(customer), line(discount_percent="0"), do="preview", **given).text
    assert "<td>Anzahlung</td>" in preview
    assert "29,00" in preview
    send(clerk, new(customer), line(), do="draft", **given)

    draft = scalar(select(Invoice))
    assert draft.down_payment == Decimal("20.00")
    assert 'value="20,00"' in clerk.get(f"/buero/invoice_drafts/{draft.id}/edit/").text


def test_the_page_of_a_draft_shows_what_it_comes_to_and_what_stands_in_its_way(clerk, customer):
    """Spec D-16, INV-34: the steps of the form, worked out anew with the codes of today."""
    code = factories.value_voucher(value=Decimal("15.00"))
    send(clerk, new(customer), line(discount_percent="10"), do="draft", codes=code.number)
    draft = scalar(select(Invoice))

    html = clerk.get(f"/buero/invoice_drafts/{draft.id}/").text
    block_voucher(code, reason="Verloren", on=clock.today(), by=factories.ANNA)
    later = clerk.get(f"/buero/invoice_drafts/{draft.id}/").text

    for step in ("Positionsrabatte", "Gesamtbetrag", f"Gutschein {code.short}", "Zu zahlen",
                 "Daraus wird eine Rechnung."):  # fmt: skip
        assert step in html
    assert "29,10" in html
    assert "So lässt sich der Entwurf nicht ausstellen" not in html
    assert "So lässt sich der Entwurf nicht ausstellen" in later
    assert "ist gesperrt" in later


def test_the_form_offers_only_the_methods_of_the_settings(app, clerk, customer):
    owner = staff(app, factories.employee(Role.OWNER))
    page = owner.get("/buero/settings/payment").text
    fields = hidden_fields(page, "")
    sent = {**fields, "payment_methods": ["bank_transfer", "on_site"], "finance_module": "1",
            "covered_rule": CoveredRule.BOOKING.value}  # fmt: skip
    assert owner.post("/buero/settings/payment", sent).status_code == 302

    html = clerk.get(new(customer)).text
    choices = html[html.index('name="payment_method"') :]
    choices = choices[: choices.index("</select>")]
    assert "Überweisung" in choices
    assert "PayPal" not in choices
    refused = send(clerk, new(customer), line(), do="issue", payment_method="paypal")
    assert refused.status_code == 422


def test_a_down_payment_is_asked_of_those_who_may_book_payments(clerk, customer, monkeypatch):
    given = {"down_payment": "20,00", "down_payment_method": "on_site",
             "down_payment_on": clock.today().isoformat()}  # fmt: skip
    send(clerk, new(customer), line(), do="draft", **given)
    kept = scalar(select(Invoice))
    monkeypatch.setitem(RIGHTS, Role.OFFICE, RIGHTS[Role.OFFICE] - {Right.PAYMENTS})

    assert 'name="down_payment"' not in clerk.get(new(customer)).text
    send(clerk, new(customer), line(), do="draft", **given)
    send(clerk, f"/buero/invoice_drafts/{kept.id}/edit/", line(), do="draft",
         **given | {"down_payment": "10,00"})  # fmt: skip

    db.session.rollback()
    amounts = db.session.scalars(select(Invoice.down_payment).order_by(Invoice.id)).all()
    assert amounts == [Decimal("20.00"), Decimal("0.00")]


@pytest.mark.parametrize(
    "form", ["invoices/new/?customer={id}", "offers/new/?customer={id}", "customers/{id}/edit/",
             "customers/{id}/contracts/do/create-contract/"]
)  # fmt: skip
def test_every_form_offers_what_is_allowed_and_names_a_wish_that_is_not(clerk, form):
    fan = factories.customer(payment_method=PaymentMethod.PAYPAL)
    factories.change_company(payment_methods=["bank_transfer", "on_site"])

    html = clerk.get(f"/buero/{form.format(id=fan.id)}").text

    start = html.index('name="payment_method"')
    choices = html[start : html.index("</select>", start)]
    assert ("PayPal" in choices) is form.startswith("customers/{id}/edit")
    assert "Lastschrift" not in choices
    assert "„PayPal“ vorgemerkt" in html


def test_a_house_takes_at_least_one_method(app):
    owner = staff(app, factories.employee(Role.OWNER))
    fields = hidden_fields(owner.get("/buero/settings/payment").text)

    answer = owner.post("/buero/settings/payment", fields)

    assert "mindestens einen Eintrag" in answer.text
