"""Participants on the screen: in the words of the house, with its fields, moved with a preview."""

import io
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import (
    CustomValue,
    FieldKind,
    FieldTarget,
    Industry,
    Participant,
    ParticipantNote,
    Role,
)
from kutego.operations.company import save_company
from kutego.operations.custom_values import save_values
from kutego.operations.enrolment_changes import enrol_participant
from kutego.operations.participant_notes import add_participant_note
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.panel.statements import counted
from tests.views.visitor import staff

ALL = "/buero/participants/"
OF = FieldTarget.PARTICIPANT
GIVEN = {"on": DAY, "by": ANNA}


@pytest.fixture(autouse=True)
def _today():
    with clock.at(clock.noon(DAY)):
        yield


@pytest.fixture
def petra(app):
    return staff(app, factories.employee())


@pytest.fixture
def mia(app):
    """The office, without the right to sensitive fields."""
    return staff(app, factories.employee(Role.OFFICE))


def tab_of(customer):
    return f"/buero/customers/{customer.id}/participants/"


def found(visitor, query):
    page = visitor.get(f"{ALL}?{query}").text
    assert "nichts anfangen" not in page
    return set(re.findall(r">(Bello|Luna)<", page))


def test_a_dog_school_reads_of_dogs_on_every_screen(petra):
    """PAR-02, chapter 4 no. 50: lists, forms, filters, exports, positions, tabs, settings."""
    dog = factories.participant(breed="Pudel")
    factories.invoice(factories.line(participant_id=dog.id), of=dog.customer)
    course = factories.course_date()
    enrol_participant(dog, course_date=course, starts_on=DAY, **GIVEN)
    page = petra.get("/buero/settings/words")
    assert "Branche" in page.text
    petra.send("/buero/settings/words", industry="dog_school", participant_word="Teilnehmer",
               participant_first_name_label="Vorname", participant_last_name_label="Nachname",
               participant_level_label="Stufe")  # fmt: skip
    db.session.rollback()

    screens = (
        "/buero/", ALL, f"{ALL}{dog.id}/", f"{ALL}filter/", tab_of(dog.customer),
        f"{tab_of(dog.customer)}new/", "/buero/customers/?q=x", "/buero/customers/columns/",
        "/buero/customers/filter/", "/buero/contracts/columns/", "/buero/invoices/",
        f"/buero/course_dates/{course.id}/participants/", f"/buero/course_dates/{course.id}/",
        "/buero/custom_fields/new/", "/buero/suche/?q=B", "/buero/messages/", "/buero/offers/",
        f"/buero/invoices/new/?customer={dog.customer_id}", "/buero/mailings/do/write-mailing/",
    )  # fmt: skip
    for path in screens:
        answer = petra.get(path, follow_redirects=True)
        words = re.sub(r"<[^>]+>", " ", answer.text)
        assert "Teilnehmer" not in words, (path, re.findall(r".{40}Teilnehmer.{40}", words)[:2])
        assert "Hund" in answer.text, path
    csv = petra.get(f"{ALL}export/", buffered=True).text.splitlines()[0]
    assert "Rufname" in csv
    assert "Rasse" in csv
    assert "Nachname" not in csv
    assert "hat unter „Hunde“ jemanden angelegt" in petra.get(f"{ALL}{dog.id}/").text


def test_fields_of_the_house_are_asked_shown_filtered_and_exported(petra):
    """PAR-11, PAR-12, ADM-08: all types, required ones, in the list, on the tab and on the page."""
    neutered = factories.custom_field("Kastriert", FieldKind.YES_NO, target=OF, in_list=True)
    size = factories.custom_field("Größe", FieldKind.CHOICE, target=OF, choices="klein\ngroß",
                                  is_required=True)  # fmt: skip
    weight = factories.custom_field("Gewicht", FieldKind.NUMBER, target=OF)
    until = factories.custom_field("Versichert bis", FieldKind.DATE, target=OF)
    habits = factories.custom_field("Eigenheiten", FieldKind.LONG_TEXT, target=OF)
    proof = factories.custom_field("Impfpass", FieldKind.FILE, target=OF)
    factories.custom_field("Beruf")  # of customers: not asked for here
    owner = factories.customer()
    form = f"{tab_of(owner)}new/"

    assert "Beruf" not in petra.get(form).text
    empty = petra.send(form, first_name="Bello", gender="unknown")
    assert empty.status_code == 422
    assert "Größe" in empty.text
    answer = petra.send(
        form, first_name="Bello", gender="female", level="Welpe",
        **{size.key: "groß", neutered.key: "yes", weight.key: "12,5", until.key: "2027-05-01",
           habits.key: "Bellt.\nViel.", proof.key: (BytesIO(factories.pdf()), "Pass.pdf")},
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    db.session.rollback()
    bello = db.session.scalars(select(Participant)).one()
    luna = factories.participant(first_name="Luna")
    save_values(luna, {size: "klein", weight: None}, by=ANNA)

    assert found(petra, f"f.{size.key}=groß") == {"Bello"}
    assert found(petra, f"f.{neutered.key}=none") == {"Luna"}
    assert found(petra, f"f.{weight.key}.from=12") == {"Bello"}
    assert found(petra, f"f.{until.key}.to=2027-05-01") == {"Bello"}
    assert found(petra, f"f.{proof.key}=no") == {"Luna"}
    assert found(petra, f"sort={size.key}") == {"Bello", "Luna"}
    assert "Kastriert" in petra.get(ALL).text
    page = petra.get(f"{ALL}{bello.id}/").text
    for words in ("Größe", "12,5", "01.05.2027", "Pass.pdf", "Welpe"):
        assert words in page, words
    file = re.search(r'href="(/buero/dokumente/zusatzfeld/[^"]+)"', page)[1]
    assert petra.get(file).data.startswith(b"%PDF")
    edit = petra.send(f"{ALL}{bello.id}/edit/", first_name="Bella", gender="female",
                      **{size.key: "klein"})  # fmt: skip
    assert edit.status_code == 302
    sheet = load_workbook(
        io.BytesIO(petra.get(f"{ALL}export/?format=xlsx", buffered=True).data)
    ).active
    assert "Kastriert" in [cell.value for cell in sheet[1]]


def test_a_sensitive_field_says_what_it_is_for_and_is_hidden_from_the_others(petra, mia):
    """PAR-17, D-11."""
    refused = petra.send("/buero/custom_fields/new/", label="Krankheit", target="participant",
                         kind="text", place="1", is_sensitive="y", is_active="y")  # fmt: skip
    assert "nur zu einem genannten Zweck" in refused.text
    illness = factories.custom_field("Krankheit", target=OF, is_sensitive=True, in_list=True,
                                     purpose="Damit wir im Notfall helfen")  # fmt: skip
    dog = factories.participant()
    save_values(dog, {illness: "Epilepsie"}, by=ANNA)
    page = f"{ALL}{dog.id}/"

    assert "Zweck: Damit wir im Notfall helfen" in petra.get(f"{page}edit/").text
    for path in (page, f"{page}edit/", ALL, f"{ALL}filter/", tab_of(dog.customer),
                 f"{ALL}columns/", f"{ALL}export/"):  # fmt: skip
        told = petra.get(path, buffered=True).text
        hidden = mia.get(path, buffered=True).text
        assert "Krankheit" in told, path
        assert "Krankheit" not in hidden, path
        assert "Epilepsie" not in hidden, path
    mia.send(f"{page}edit/", first_name="Bella", gender="unknown")
    db.session.rollback()
    assert db.session.scalars(select(CustomValue.text)).one() == "Epilepsie"


def test_the_page_has_everything_in_few_statements(petra):
    """PAR-03 to 10: courses with every day, notes, in as many statements for one as for many."""
    dog = factories.participant()
    path = f"{ALL}{dog.id}/"

    def add(n):
        course = factories.course_date(title=f"Kurs {n}", starts_on=DAY)
        factories.course_day(course)
        enrol_participant(dog, course_date=course, starts_on=DAY, **GIVEN)
        add_participant_note(dog, text=f"Notiz {n}", **GIVEN)

    add(1)
    petra.get(path)
    with counted() as few:
        petra.get(path)
    for n in range(2, 8):
        add(n)
    with counted() as many:
        page = petra.get(path).text

    assert len(many) == len(few) <= 15
    for words in ("Kurs 7", "Notiz 1", "1 Tag", "noch nicht erfasst"):
        assert words in page, words
    with counted() as few:
        petra.get(ALL)
    factories.participant()
    with counted() as many:
        petra.get(ALL)
    assert len(many) == len(few) <= 15


def test_notes_and_the_move_are_done_from_the_page(petra, mia):
    dog, new = factories.participant(), factories.customer(last_name="Neumann")
    page = f"{ALL}{dog.id}/"
    mia.send(f"{page}add-participant-note/", text="Zieht")
    db.session.rollback()
    note = db.session.scalars(select(ParticipantNote)).one()
    mia.send(f"/buero/participant_notes/{note.id}/edit-participant-note/", text="Zieht sehr")
    assert "Zieht sehr" in petra.get(page).text
    assert "Zieht sehr" in petra.get("/buero/participant_notes/").text

    shown = petra.send(f"{page}move-participant/", customer=f"#{new.id}", with_contracts="y")
    assert "was vorbei ist bleiben beim bisherigen Kunden" in shown.text
    seen = re.search(r'name="seen" value="([^"]+)"', shown.text)[1]
    petra.send(f"{page}move-participant/", customer=f"#{new.id}", with_contracts="y", seen=seen)
    db.session.rollback()
    assert db.session.get_one(Participant, dog.id).customer_id == new.id
    assert petra.send(f"{page}change-level/", level="Profi").status_code == 302
    assert petra.send(f"{page}delete-participant/").status_code == 302
    db.session.rollback()
    assert db.session.scalars(select(Participant)).all() == []


def test_the_words_of_an_industry_can_be_changed_one_by_one(petra):
    save_company({"industry": Industry.SWIM_SCHOOL}, by=ANNA)
    assert "Abzeichen" in petra.get(f"{ALL}filter/").text
