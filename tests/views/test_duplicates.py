"""Duplicates and imports on the screen: who may, what is shown, what happens."""

from io import BytesIO

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.jobs import run_job
from kutego.models import (
    Customer,
    CustomerImport,
    CustomerMerge,
    CustomerState,
    DuplicatePair,
    ImportState,
    MergeState,
    PairState,
    Role,
)
from tests import factories
from tests.views.panel.statements import counted
from tests.views.visitor import staff

PAIRS, MERGES, IMPORTS = ("/buero/duplicates/", "/buero/customer_merges/",
                          "/buero/customer_imports/")  # fmt: skip
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def owner(app):
    return staff(app, factories.employee(Role.OWNER))


def double(number):
    phone = f"0151 23456{number:02d}"
    names = {"last_name": f"Doppel{number}", "phone": phone, "street": f"Weg {number}"}
    return [factories.customer(**names, **more).id for more in ({}, {"remark": EVIL})]


def searched(owner):
    assert owner.send(f"{PAIRS}do/ask-for-search/").status_code == 302
    assert run_job("answer_searches", clock.today()).failed == 0
    db.session.rollback()
    return db.session.scalars(select(DuplicatePair).order_by(DuplicatePair.id)).all()


def merged(owner, pair, **fields):
    """Look at the preview first, as the page asks."""
    url = f"{PAIRS}{pair.id}/merge-pair/"
    fields = {"main": "first", **fields}
    look = owner.send(url, **fields)
    assert "Das wird gemacht" in look.text, look.text
    seen = look.text.split('name="seen" value="')[1].split('"')[0]
    return owner.send(url, seen=seen, **fields)


def test_two_become_one_and_two_again(owner):
    first, second = double(1)
    factories.participant(db.session.get(Customer, second))
    factories.invoice(of=db.session.get(Customer, second))
    [pair] = searched(owner)
    page = owner.get(f"{PAIRS}{pair.id}/").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert EVIL not in page
    assert "Gleiche Telefonnummer" in owner.get(PAIRS).text

    answer = merged(owner, pair, **{"chosen-remark": "second", "comment": "selbe Person"})

    assert answer.status_code == 302
    db.session.rollback()
    made = db.session.scalars(select(CustomerMerge)).one()
    assert (made.target.id, made.source.id, made.comment) == (first, second, "selbe Person")
    assert made.target.remark == EVIL
    assert "Doppel1" not in owner.get(PAIRS).text
    source, target = (owner.get(f"/buero/customers/{id_}/").text for id_ in (second, first))
    assert f'Hauptkonto: <a href="/buero/customers/{first}/">' in source
    assert f'Aufgegangen: <a href="/buero/customers/{second}/">' in target
    assert "zusammengeführt" in target
    page = owner.get(f"{MERGES}{made.id}/").text
    assert "Rechnungen: 1" in page
    assert "Teilnehmer: 1" in page

    owner.send(f"{MERGES}{made.id}/undo-merge/")

    db.session.rollback()
    assert made.state is MergeState.UNDONE
    assert made.source.state is CustomerState.ACTIVE
    assert pair.state is PairState.OPEN


def test_pairs_are_told_apart_chosen_by_hand_and_pointed_to(owner):
    double(1), double(2)
    one, _two = searched(owner)
    owner.send(f"{PAIRS}{one.id}/dismiss-pair/")
    page = owner.get(PAIRS).text
    assert ("Doppel2" in page, "Doppel1" in page) == (True, False)
    assert "Doppel1" in owner.get(f"{PAIRS}?f.state=dismissed").text
    lonely, other = factories.customer(), factories.customer()

    refused = owner.send(
        f"{PAIRS}do/compare-customers/", customer_id=f"#{lonely.id}", other_id=f"#{lonely.id}"
    )
    chosen = owner.send(f"/buero/customers/{lonely.id}/compare-with/", other_id=other.number)
    owner.send(
        f"/buero/customers/{lonely.id}/lock-with-main-account/", main_account_id=f"#{other.id}"
    )

    assert "zweimal derselbe Kunde" in refused.text
    assert chosen.status_code == 302
    db.session.rollback()
    assert lonely.main_account_id == other.id
    [pair] = db.session.scalars(select(DuplicatePair).where(DuplicatePair.customer_id == lonely.id))
    fields = {"main": "second"}
    look = owner.send(f"{PAIRS}{pair.id}/merge-pair/", **fields)
    seen = look.text.split('name="seen" value="')[1].split('"')[0]
    answer = owner.send(f"{PAIRS}{pair.id}/merge-pair/", seen=seen, **fields)
    assert answer.status_code == 422
    assert "gesperrt. Bitte zuerst entsperren" in answer.text


def test_a_file_is_mapped_tried_out_imported_and_taken_back(owner):
    csv = f"Vorname;Nachname;E-Mail;PLZ\nJana;{EVIL};jana@example.org;99084\nOle;=1+1;;99\n"
    answer = owner.send(
        f"{IMPORTS}do/upload-import/", kind="customers",
        file=(BytesIO(csv.encode("cp1252")), "../Alt Bestand.csv"),
    )  # fmt: skip
    db.session.rollback()
    made = db.session.scalars(select(CustomerImport)).one()
    url = f"{IMPORTS}{made.id}/"
    assert (answer.headers["Location"], made.name) == (url, "Alt Bestand.csv")
    page = owner.get(url).text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert EVIL not in page
    assert "5 Ziffern" in page

    mapping = owner.get(f"{url}map-columns/").text
    assert '<option value="2" selected>E-Mail</option>' in mapping
    fields = {"first_name": "0", "last_name": "1", "email": "2", "postcode": "3"}
    owner.send(f"{url}map-columns/", **{f"mapping-{name}": at for name, at in fields.items()})
    owner.send(f"{url}check-import/")
    assert owner.get(f"{url}progress/").json["state"] == "running"
    assert run_job("work_imports", clock.today()).done == 2
    page = owner.get(url).text
    assert "1 Zeilen gehen" in page
    assert "1 gehen nicht" in page
    look = owner.get(f"{url}run-import/").text
    seen = look.split('name="seen" value="')[1].split('"')[0]
    owner.send(f"{url}run-import/", seen=seen)
    run_job("work_imports", clock.today())

    db.session.rollback()
    assert made.state is ImportState.DONE
    assert owner.get(f"{url}rows/").text.count("5 Ziffern") == 1
    errors = owner.get(f"{url}errors.csv", buffered=True)
    assert errors.mimetype == "text/csv"
    assert "3;Die Postleitzahl hat 5 Ziffern. Bitte prüfen.;Ole;'=1+1" in errors.text
    jana = db.session.scalars(select(Customer).where(Customer.first_name == "Jana")).one()
    assert EVIL not in owner.get(f"/buero/customers/{jana.id}/").text

    owner.send(f"{url}undo-import/")
    run_job("work_imports", clock.today())

    db.session.rollback()
    assert made.state is ImportState.UNDONE
    assert db.session.scalar(select(Customer).where(Customer.first_name == "Jana")) is None
    assert "wieder weg" in owner.get(url).text


def test_a_bad_file_is_refused_on_the_form(owner):
    answer = owner.send(
        f"{IMPORTS}do/upload-import/", kind="customers", file=(BytesIO(b"MZ\x90\x00"), "k.xlsx")
    )

    assert answer.status_code == 422
    assert "erlaubt ist" in answer.text
    db.session.rollback()
    assert db.session.scalars(select(CustomerImport)).all() == []


def test_only_who_may_merge_and_import_gets_there(app, owner):
    double(1)
    [pair] = searched(owner)
    for role in (Role.OFFICE, Role.INSTRUCTOR):
        clerk = staff(app, factories.employee(role))
        for url in (PAIRS, f"{PAIRS}{pair.id}/", f"{PAIRS}{pair.id}/merge-pair/", MERGES, IMPORTS,
                    f"{IMPORTS}do/upload-import/", f"{IMPORTS}1/errors.csv"):  # fmt: skip
            assert clerk.get(url).status_code == 403, url
        assert "Dubletten" not in clerk.get("/buero/customers/").text


def test_the_pages_ask_the_same_for_one_and_for_many(owner):
    counts = []
    for numbers in (range(1, 2), range(2, 12)):
        for number in numbers:
            double(number)
        pair = searched(owner)[-1]
        with counted() as of_list:
            owner.get(PAIRS)
        with counted() as of_pair:
            owner.get(f"{PAIRS}{pair.id}/")
        merged(owner, pair)
        with counted() as of_merges:
            owner.get(MERGES)
        counts.append([len(of_list), len(of_pair), len(of_merges)])

    assert counts[0] == counts[1]
    assert max(counts[1]) <= 15
