"""The list of customers and their record, as the office sees them (CUS-04 to 06, 15, 21 to 29)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kutego import clock
from kutego.db import db, transaction
from kutego.models import (
    CourseDay,
    CourseDayState,
    Customer,
    DepositKind,
    ParticipantState,
    PaymentMethod,
    Role,
    company,
)
from kutego.money import euro
from kutego.operations.company import save_company
from kutego.operations.credit import correct_entry, deposit_credit, pay_out_credit
from kutego.operations.enrolments import enrol
from kutego.operations.master_data import save_record
from tests import factories
from tests.views.visitor import staff

LIST = "/buero/customers/"


@pytest.fixture
def petra(app):
    return staff(app, factories.employee())


def found(visitor, query):
    """Who stands in the list, by last name."""
    page = visitor.get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert "nichts anfangen" not in page.text
    names = ("Groß", "Petersen", "Zoo GmbH", "Kuhn")
    return {name for name in names if f"{name}</a>" in page.text}


@pytest.fixture
def people(app):
    gross = factories.customer(
        first_name="Jörg", last_name="Groß", phone="0361 123456", city="Erfurt",
        birthday=factories.DAY.replace(year=1980),
    )  # fmt: skip
    factories.participant(gross, first_name="Bello")
    factories.customer(first_name="Uwe", last_name="Petersen", phone="0172 555777")
    factories.customer(
        first_name=None, last_name=None, is_company=True, company_name="Zoo GmbH", country="AT",
        postcode="1010", payment_method="paypal",
    )  # fmt: skip
    return gross


def rename(**values):
    """Change the words of the house."""
    db.session.rollback()
    save_company(values, revision=company().revision, by=factories.ANNA)


@pytest.mark.parametrize(
    "query, names",
    [
        ("f.name=gross+jorg", {"Groß"}),
        ("f.phone=0361/12", {"Groß"}),
        ("f.phone=%2B49+172", {"Petersen"}),
        ("f.participant=bell", {"Groß"}),
        ("f.is_company=yes", {"Zoo GmbH"}),
        ("f.payment_method=paypal", {"Zoo GmbH"}),
        ("f.lead=yes", {"Petersen", "Zoo GmbH"}),
        ("f.contract=yes", set()),
        ("f.contract_state=active&f.contract_state=ended", set()),
        ("f.birthday.from=1980-01-01&f.birthday.to=1980-12-31", {"Groß"}),
    ],
)
def test_the_list_is_narrowed(people, petra, query, names):
    assert found(petra, query) - {"Kuhn"} == names


def test_the_list_is_narrowed_by_what_has_become_of_contracts(people, petra):
    """CUS-06: has a contract, and one in which state."""
    factories.contract(people)

    assert found(petra, "f.contract=yes") == {"Groß"}
    assert found(petra, "f.contract_state=active") == {"Groß"}
    assert found(petra, "f.contract_state=active&f.contract_state=ended") == {"Groß"}
    assert found(petra, "f.contract_state=ended") == set()


def test_every_field_can_be_a_column(people, petra):
    """CUS-05: any data field, as far as the rights go."""
    page = petra.get(f"{LIST}columns/").text
    never = {"id", "revision", "sort_name", "search", "language", "email_bounces"}
    missing = [
        column.key for column in Customer.__table__.columns
        if column.key not in never and f'value="{column.key}"' not in page
    ]  # fmt: skip
    assert missing == []

    office = petra.token(f"{LIST}columns/")
    wanted = ["name", "participants", "employee", "country", "iban", "contact"]
    petra.post(f"{LIST}columns/", {"csrf_token": office, "column": wanted, "size": "50"})

    rows = petra.get(LIST).text
    assert "Bello" in rows
    assert "Österreich" in rows
    assert "Inhaber" in rows


def test_a_country_is_chosen_by_its_name(people, petra):
    page = petra.get(f"{LIST}{people.id}/edit/").text
    assert '<option selected value="DE">Deutschland</option>' in page

    answer = petra.send(f"{LIST}{people.id}/edit/", last_name="Groß", salutation="none",
               payment_method="bank_transfer", country="NL", postcode="1011 AB",
               permanent_discount="0", is_company="")  # fmt: skip
    assert answer.status_code == 302
    db.session.rollback()

    assert people.country == "NL"
    assert "Niederlande" in petra.get(f"{LIST}{people.id}/").text


def test_a_bank_account_is_no_column_for_somebody_without_the_right(people, app):
    jo = staff(app, factories.employee(Role.INSTRUCTOR))

    page = jo.get(f"{LIST}columns/").text

    assert 'value="iban"' not in page
    assert 'value="credit"' not in page
    assert "f.contract" not in jo.get(f"{LIST}filter/").text


def test_a_participant_shows_their_courses_in_the_words_of_the_house(people, petra):
    """PAR-02 to 04: every enrolment with course, period and state."""
    bello = people.participants[0]
    course = factories.course_date(title="Welpenkurs")
    with transaction():
        enrol(bello, course, starts_on=factories.DAY, ends_on=None, by=factories.ANNA)
    rename(participant_word="Hund", participant_first_name_label="Rufname")
    tab = f"{LIST}{people.id}/participants/"

    rows, page = petra.get(tab).text, petra.get(f"{tab}{bello.id}/").text

    for words in ("Rufname", "Hund anlegen", "Welpenkurs"):
        assert words in rows, words
    assert "Rasse" not in rows
    for words in (f"/buero/course_dates/{course.id}/", "23.11.2026", "Aktiv"):
        assert words in page, words
    form = petra.get(f"{tab}new/").text
    assert ">Rufname" in form
    assert 'name="breed"' not in form

    rename(participant_breed_label="Rasse")
    assert 'name="breed"' in petra.get(f"{tab}new/").text
    assert "Rasse" in petra.get(tab).text


def test_an_archived_participant_comes_back(people, petra):
    bello = people.participants[0]
    page = f"{LIST}{people.id}/participants/{bello.id}/"

    petra.send(f"{page}archive-participant/")
    db.session.rollback()
    assert bello.state is ParticipantState.ARCHIVED
    petra.send(f"{page}restore-participant/")
    db.session.rollback()

    assert bello.state is ParticipantState.ACTIVE
    assert "restore-participant" not in petra.get(page).text


def test_a_deposit_and_a_pay_out_have_the_button_that_undoes_them(people, petra):
    given = {"amount": Decimal("50.00"), "on": factories.DAY, "by": factories.ANNA}
    deposit = deposit_credit(
        people, kind=DepositKind.ON_SITE, received_on=factories.DAY, text=None, send_receipt=False,
        **given,
    )  # fmt: skip
    paid_out = pay_out_credit(
        people, iban="DE02120300000000202051", account_holder="Jörg Müller", **given
    )

    for entry in (deposit, paid_out):
        menu = petra.get(f"{LIST}{people.id}/credit/{entry.id}/menu/?part=1").text
        assert f"/{entry.id}/correct-entry/" in menu

    correct_entry(paid_out, reason="vertippt", on=factories.DAY, by=factories.ANNA)
    page = petra.get(f"{LIST}{people.id}/credit/{paid_out.id}/menu/?part=1").text

    assert f"/{paid_out.id}/correct-entry/" not in page


def test_the_history_tells_only_what_the_reader_may_know(people, petra, app):
    """Rights per view and per field hold for the history too, and it speaks German."""
    deposit_credit(
        people, amount=Decimal("50.00"), kind=DepositKind.ON_SITE, received_on=factories.DAY,
        text=None, send_receipt=False, on=factories.DAY, by=factories.ANNA,
    )  # fmt: skip
    values = {
        "iban": "DE02120300000000202051", "city": "Weimar", "payment_method": PaymentMethod.PAYPAL,
        "permanent_discount": Decimal("7.5"),
    }  # fmt: skip
    save_record(people, values, by=factories.ANNA)
    jo = staff(app, factories.employee(Role.INSTRUCTOR))

    everything, little = (v.get(f"{LIST}{people.id}/").text for v in (petra, jo))

    for words in (
        f"{euro(Decimal(50))} Guthaben eingezahlt", "IBAN: – → DE02120300000000202051",
        "Zahlungsmethode: Überweisung → PayPal", "Dauerhafter Rabatt: 0 % → 7,5 %",
    ):  # fmt: skip
        assert words in everything, words
    assert "Ort: Erfurt → Weimar" in little
    assert "50,00" not in little
    assert "DE0212" not in little


def test_the_head_of_a_record_says_when_they_come_next(people, petra):
    course = factories.course_date(title="Welpenkurs")
    now = clock.today()
    days = [now + timedelta(days=n) for n in (-7, 0, 7, 14)]
    with transaction() as session:
        enrol(people.participants[0], course, starts_on=now, ends_on=None, by=factories.ANNA)
        session.add_all(CourseDay(course_date_id=course.id, on=day) for day in reversed(days))
        session.flush()
        [today] = [day for day in course.days if day.on == now]
        today.state = CourseDayState.CANCELLED

    page = petra.get(f"{LIST}{people.id}/").text

    assert f"{days[2]:%d.%m.%Y}" in page[page.index("Nächster Termin") :][:200]
    assert "Überfällig" in page
