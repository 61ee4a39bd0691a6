"""Customers and what is theirs come in by a file: mapped, tried out, imported, taken back."""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import (
    Activity,
    Contract,
    ContractState,
    Customer,
    ImportKind,
    ImportRow,
    ImportState,
    Origin,
    Participant,
)
from kutego.operations import import_run
from kutego.operations.import_reading import read_rows, read_sheet
from kutego.operations.import_run import refused_rows, work_import
from kutego.operations.imports import (
    check_import,
    map_columns,
    run_import,
    stop_import,
    undo_import,
    upload_import,
)
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

K = ImportKind
HEAD = "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;E-Mail;Geburtsdatum;Kundengruppe"
JANE = "A1;Frau;Jana;Größler;Anger 1;99084;Erfurt;Jana@Example.org;24.12.1980;Stammkunden"
OLE = "A2;Herr;Ole;Öhler;Anger 2;99084;Erfurt;ole@example.org;;"


@pytest.fixture(autouse=True)
def today(app):
    with clock.at(clock.noon(DAY)):
        yield


def file(*lines, encoding="utf-8", ending="\r\n"):
    return ending.join(lines).encode(encoding)


def workbook(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def upload(data, kind=K.CUSTOMERS, name="kunden.csv"):
    return upload_import(kind=kind, file=(name, data), on=DAY, by=ANNA)


def step(operation, made, **values):
    operation(made, on=DAY, by=ANNA, **values)
    db.session.rollback()


def tried_out(data, kind=K.CUSTOMERS, **values):
    made = upload(data, kind, **values)
    step(map_columns, made, mapping=made.mapping)
    step(check_import, made)
    work_import(made.id)
    db.session.rollback()
    return made


def imported(data, kind=K.CUSTOMERS, **values):
    made = tried_out(data, kind, **values)
    step(run_import, made)
    work_import(made.id)
    db.session.rollback()
    return made


def taken_back(made):
    step(undo_import, made)
    work_import(made.id)
    db.session.rollback()
    return made


def reasons(made):
    rows = select(ImportRow).where(ImportRow.import_id == made.id, ImportRow.message.is_not(None))
    return {row.row: row.message for row in db.session.scalars(rows.order_by(ImportRow.row))}


def people():
    return db.session.scalars(select(Customer).order_by(Customer.id)).all()


def sound():
    db.session.rollback()
    return [str(problem) for problem in verify()]


def test_a_file_is_tried_out_then_imported_by_the_rules_of_the_form():
    there = factories.customer(email="da@example.org")
    lines = [
        HEAD, JANE, OLE,
        "A3;;;;;;;;;",  # no name
        "A4;;Ute;Uhl;;9908;;;;",  # postcode
        "A5;;Ute;Uhl;;;;jana@example.org;;",  # twice in the file
        "A6;;Ute;Uhl;;;;DA@example.org;;",  # known
        "A7;Fräulein;Ute;Uhl;;;;;;",
        "A8;;Ute;Uhl;;;;;31.02.1980;",
        "A1;;Ute;Uhl;;;;;;",
        "",
        'A9;;"=cmd|; <script>alert(1)</script>";Uhl;;;;;;',
    ]  # fmt: skip

    made = tried_out(file(*lines))

    assert (made.state, made.done, made.refused) == (ImportState.CHECKED, 3, 7)
    assert people() == [there]
    tried = reasons(made)
    assert "Bitte einen Namen" in tried[4]
    assert "5 Ziffern" in tried[5]
    assert "steht schon in Zeile 2" in tried[6]
    assert f"gehört schon zu Kunde {there.number}" in tried[7]
    assert "Anrede: „Fräulein“ kennen wir nicht" in tried[8]
    assert "Geburtstag: „31.02.1980“ ist kein Datum" in tried[9]
    assert "bisherige Nummer steht schon in Zeile 2" in tried[10]

    step(run_import, made)
    work_import(made.id)
    db.session.rollback()

    assert (made.state, made.done, made.refused) == (ImportState.DONE, 3, 7)
    assert reasons(made) == tried
    _there, jane, ole, odd = people()
    assert (jane.name, jane.email, jane.birthday) == (
        "Jana Größler", "jana@example.org", date(1980, 12, 24),
    )  # fmt: skip
    assert (jane.former_number, jane.origin) == ("A1", Origin.IMPORT)
    assert [group.name for group in jane.customer_groups] == ["Stammkunden"]
    assert "grossler" in jane.search
    assert "a1" in jane.search
    assert odd.first_name.startswith("=cmd|; <script>")
    numbers = [int(customer.number[-5:]) for customer in people()]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    told = select(func.count()).where(Activity.action == "customer.created")
    assert db.session.scalar(told) == 4
    assert [row[0] for row in refused_rows(made)] == list(tried)
    assert sound() == []
    deposit = factories.invoice(of=ole)  # the new chain can be gone on with
    assert deposit.customer_id == ole.id
    assert sound() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_and_delimiter_is_read(encoding):
    for delimiter in ";,\t|":
        lines = [line.replace(";", delimiter) for line in (HEAD, JANE, OLE)]
        data = file(*lines, encoding=encoding, ending="\n")
        assert read_sheet(data).headings[4] == "Straße"
        assert [row[3] for _number, row in read_rows(data)] == ["Größler", "Öhler"]


def test_a_spreadsheet_is_read_with_its_days_and_numbers():
    data = workbook(
        ["Vorname", "Nachname", "PLZ", "Geburtstag", "Telefon"],
        ["Jana", "Größler", 99084, date(1980, 12, 24), 36112345.0],
        [None, None, None, None, None],
        ["Ole", "Öhler", "99084", None, "+49 361 5566"],
    )

    made = imported(data, name="kunden.xlsx")

    assert (made.done, made.total) == (2, 2)
    jane = people()[0]
    assert (jane.postcode, jane.birthday) == ("99084", date(1980, 12, 24))
    assert people()[1].phone == "+49 361 5566"


def bomb():
    out = io.BytesIO(workbook(["Vorname"], ["Jana"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * (101 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    "name, data, sentence",
    [
        ("k.csv", lambda: b"", "leer"),
        ("k.csv", lambda: file(HEAD), "steht nichts"),
        ("k.csv", lambda: b"Vorname\n" + b"x\n" * 200_000, "mehr als 100.000 Zeilen"),
        ("k.csv", lambda: b"a" * (10 * 1024 * 1024 + 1), "größer als 10 MB"),
        ("k.xlsx", bomb, "entpackt größer als 100 MB"),
        ("k.csv", lambda: b"MZ\x90\x00" * 99, "erlaubt ist"),
        ("k.xlsx", lambda: b"PK\x03\x04 broken", "erlaubt ist"),
        ("../../etc/passwd", lambda: b"\x00\x01", "erlaubt ist"),
        ("k.svg", lambda: b"<svg><script>alert(1)</script></svg>", "erlaubt ist"),
    ],
)
@pytest.mark.databases("sqlite")
def test_what_is_no_table_is_refused_in_a_sentence(name, data, sentence):
    with pytest.raises(DomainError, match=sentence):
        upload(data(), name=name)
    assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_participants_balances_and_contracts_find_their_customer():
    customer = factories.customer(email="jana@example.org")
    factories.running_course(title="Junghunde", starts_on=DAY)
    factories.term_template(name="Monatlich")

    dogs = imported(
        file("Kundennummer;E-Mail;Hund;Rasse", f"{customer.number};;Bello;Mops",
             ";JANA@example.org;Luna;", "4711;;Rex;", ";;Rex;", f"{customer.number};;bello;"),
        K.PARTICIPANTS,
    )  # fmt: skip
    sums = imported(
        file("E-Mail;Guthaben;Stichtag", "jana@example.org;1.050,50;01.01.2026",
             "jana@example.org;-5,00;", "jana@example.org;viel;"),
        K.BALANCES,
    )  # fmt: skip
    terms = imported(
        file("E-Mail;Hund;Kurs;Laufzeit;Beginn;Preis", "jana@example.org;Luna;Junghunde;Monatlich;"
             "2026-12-01;39,00", "jana@example.org;;Junghunde;Monatlich;01.12.2026;"),
        K.CONTRACTS,
    )  # fmt: skip

    assert (dogs.done, sums.done, terms.done) == (2, 1, 1)
    assert [p.name for p in customer.participants] == ["Bello", "Luna"]
    assert "luna" in customer.search
    assert customer.credit == Decimal("1050.50")
    contract = db.session.scalars(select(Contract)).one()
    assert (contract.participant.name, contract.price) == ("Luna", Decimal("39.00"))
    assert "gibt es nicht" in reasons(dogs)[4]
    assert "Zu welchem Kunden" in reasons(dogs)[5]
    assert "schon diesen Namen" in reasons(dogs)[6]
    assert "Offene Forderungen" in reasons(sums)[3]
    assert "kein Betrag" in reasons(sums)[4]
    assert "nicht genau einen" in reasons(terms)[3]
    assert sound() == []

    for made in (terms, sums, dogs):
        taken_back(made)

    assert contract.state is ContractState.CANCELLED
    assert customer.credit == 0
    assert (dogs.state, dogs.kept) == (ImportState.UNDONE, 1)
    assert "Luna hat schon: Verträge" in reasons(dogs)[3]  # the contract stays as a record
    assert [p.name for p in db.session.scalars(select(Participant))] == ["Luna"]
    assert sound() == []


def test_an_import_is_taken_back_except_for_what_has_been_used():
    made = imported(file(HEAD, JANE, OLE, "A3;;Eva;Uhl;;;;eva@example.org;;"))
    jane, ole, _eva = people()
    factories.invoice(of=jane)
    factories.customers.lock_customer(ole, reason="Streit", on=DAY, by=ANNA)

    taken_back(made)

    assert (made.state, made.kept) == (ImportState.UNDONE, 2)
    assert [customer.name for customer in people()] == ["Jana Größler", "Ole Öhler"]
    assert "hat schon: " in reasons(made)[2]
    assert "geändert" in reasons(made)[3]
    assert sound() == []
    again = imported(file(HEAD, "A3;;Eva;Uhl;;;;eva@example.org;;"))
    assert again.done == 1
    assert sound() == []


def test_an_import_goes_on_where_it_was_stopped(monkeypatch):
    monkeypatch.setattr(import_run, "SLICE", 2)
    made = tried_out(file("Vorname", *(f"Kind{n}" for n in range(7))))
    step(run_import, made)
    do = import_run._do_slice
    monkeypatch.setattr(import_run, "_do_slice", lambda *a: do(*a) and step(stop_import, made))

    work_import(made.id)
    db.session.rollback()

    assert (made.state, made.position, len(people())) == (ImportState.STOPPED, 2, 2)
    monkeypatch.setattr(import_run, "_do_slice", do)
    step(run_import, made)
    work_import(made.id)
    db.session.rollback()
    assert (made.state, made.done) == (ImportState.DONE, 7)
    assert [c.first_name for c in people()] == [f"Kind{n}" for n in range(7)]
    with pytest.raises(DomainError, match="kann nicht"):
        run_import(made, on=DAY, by=ANNA)


def test_two_workers_import_every_row_once(app):
    made = tried_out(file(HEAD, JANE, OLE))
    step(run_import, made)
    id_ = made.id

    in_threads(app, *[lambda: work_import(id_)] * 3)

    db.session.rollback()
    assert (made.state, made.done, len(people())) == (ImportState.DONE, 2, 2)
    assert sound() == []


def test_a_mapping_that_makes_no_sense_is_refused():
    made = upload(file("Name;Betrag", "Uhl;5"), K.BALANCES)

    for mapping, sentence in (
        ({}, "mindestens eine Spalte"),
        ({"customer_email": 0}, "noch zuordnen: Guthaben"),
        ({"amount": 1}, "woran der Kunde erkannt wird"),
        ({"amount": 7, "customer_email": 0}, "gibt es in der Datei nicht"),
    ):
        with pytest.raises(DomainError, match=sentence):
            map_columns(made, mapping=mapping, on=DAY, by=ANNA)
    step(map_columns, made, mapping={"amount": 1, "customer_email": 0})
    assert upload(file("Name;Betrag", "Uhl;6"), K.BALANCES).mapping == made.mapping
    step(check_import, made)
    work_import(made.id)
    db.session.rollback()
    with pytest.raises(DomainError, match="Keine Zeile"):
        run_import(made, on=DAY, by=ANNA)


def test_a_file_is_let_go_after_a_month_and_what_it_brought_stays():
    made = imported(file(HEAD, JANE))
    waiting = upload(file(HEAD, OLE))

    with clock.at(clock.noon(DAY + timedelta(days=29))):
        run_job("clean_up", DAY + timedelta(days=29))
    db.session.rollback()
    assert made.sha256 is not None
    with clock.at(clock.noon(DAY + timedelta(days=31))):
        run_job("clean_up", DAY + timedelta(days=31))

    db.session.rollback()
    assert (made.sha256, waiting.sha256) == (None, None)
    with pytest.raises(DomainError, match="neu hochladen"):
        map_columns(waiting, mapping=waiting.mapping, on=DAY, by=ANNA)
    assert sound() == []
    assert taken_back(made).state is ImportState.UNDONE
    assert people() == []
