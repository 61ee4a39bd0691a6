"""The details of a customer, widened: groups, own fields, mandates, leads, reissued invoices."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import Customer, CustomField, FieldKind, Role
from kutego.operations.custom_values import save_values
from kutego.operations.customer_groups import join_groups
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import staff

LIST = "/buero/customers/"
GIVEN = {"on": DAY, "by": ANNA}
PLAIN = {
    "salutation": "none", "payment_method": "bank_transfer", "country": "DE",
    "permanent_discount": "0", "is_company": "", "newsletter": "",
}  # fmt: skip
STORED = {
    "first_name": "Jörg", "last_name": "Müller", "street": "Gartenweg 5", "postcode": "99084",
    "city": "Erfurt",
}  # fmt: skip


@pytest.fixture
def petra(app):
    return staff(app, factories.employee())


@pytest.fixture
def mia(app):
    return staff(app, factories.employee(Role.OFFICE))


def again(customer):
    db.session.rollback()
    return db.session.get_one(Customer, customer.id)


def found(visitor, query):
    page = visitor.get(f"{LIST}?{query}")
    assert "nichts anfangen" not in page.text
    return set(re.findall(r"(Groß|Petersen)</a>", page.text))


def test_a_customer_is_taken_in_with_groups_fields_and_mandate_at_once(petra):
    """CUS-12, CUS-14: and is told who comes to class is still missing."""
    group, fair = factories.customer_group("Züchter"), factories.recipient_group("Sommerfest")
    size = factories.custom_field("Größe", FieldKind.CHOICE, choices="klein\ngroß")
    proof = factories.custom_field("Impfpass", FieldKind.FILE)

    answer = petra.send(
        f"{LIST}new/", **PLAIN, last_name="Groß", iban="DE89370400440532013000",
        further_phone="0361 123456", customer_groups=group.id, recipient_groups=fair.id,
        mandate_signed_on="2026-11-20",
        **{size.key: "groß", proof.key: (BytesIO(factories.pdf()), "Pass.pdf")},
    )  # fmt: skip
    assert answer.status_code == 302
    page = petra.get(answer.headers["Location"]).text

    for words in (
        "Interessent", "Züchter", "Sommerfest", "vom 20.11.2026", "+49 361 123456", "groß",
        "Pass.pdf", "Teilnehmer anlegen</a>", "hat das SEPA-Mandat",
    ):  # fmt: skip
        assert words in page, words
    url = re.search(r'href="(/buero/dokumente/zusatzfeld/[^"]+)"', page)[1]
    assert petra.get(url).data == factories.pdf()


@pytest.mark.parametrize(
    "kind, typed, sentence",
    [
        (FieldKind.NUMBER, "zwölf", "Bitte eine Zahl wie 12,5"),
        (FieldKind.DATE, "2026-02-30", "Bitte ein Datum"),
        (FieldKind.YES_NO, "vielleicht", "Bitte aus der Liste"),
        (FieldKind.CHOICE, "riesig", "Bitte aus der Liste"),
        (FieldKind.TEXT, "", "Bitte ausfüllen"),
        (FieldKind.TEXT, "x" * 201, "höchstens 200 Zeichen"),
        (FieldKind.FILE, (BytesIO(b"MZ\x90\x00"), "Pass.exe"), "keiner Art von Datei"),
    ],
)
def test_what_does_not_fit_stands_beside_its_field_and_nothing_is_saved(
    petra, kind, typed, sentence
):
    customer = factories.customer()
    field = factories.custom_field(kind=kind, is_required=True, choices="klein\ngroß")
    with clock.at(clock.noon(DAY)):
        answer = petra.send(
            f"{LIST}{customer.id}/edit/", **PLAIN | STORED | {"city": "Jena"}, **{field.key: typed}
        )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert again(customer).city == "Erfurt"


def test_groups_and_own_fields_narrow_sort_and_fill_the_list(petra):
    gross, uwe = factories.customer(last_name="Groß"), factories.customer(last_name="Petersen")
    group, fair = factories.customer_group(), factories.recipient_group()
    join_groups(gross, customer_groups=[group], on=DAY, by=ANNA)
    join_groups(uwe, recipient_groups=[fair], on=DAY, by=ANNA)
    kinds = {
        kind: factories.custom_field(kind.label, kind, choices="klein\ngroß") for kind in FieldKind
    }
    size, weight = kinds[FieldKind.CHOICE], kinds[FieldKind.NUMBER]
    flag, day, text = kinds[FieldKind.YES_NO], kinds[FieldKind.DATE], kinds[FieldKind.TEXT]
    values = {size: "groß", weight: Decimal("12.50"), flag: True, day: DAY, text: "Dackel"}
    save_values(gross, values, by=ANNA)
    save_values(uwe, {weight: Decimal("3.00"), flag: False}, by=ANNA)

    for query, names in (
        (f"f.customer_group={group.id}", {"Groß"}),
        (f"f.recipient_group={fair.id}", {"Petersen"}),
        (f"f.{size.key}=groß", {"Groß"}),
        (f"f.{weight.key}.from=12,5", {"Groß"}),
        (f"f.{weight.key}.to=12,49", {"Petersen"}),
        (f"f.{flag.key}=no", {"Petersen"}),
        (f"f.{flag.key}=none", set()),
        (f"f.{day.key}.from=2026-11-23&f.{day.key}.to=2026-11-23", {"Groß"}),
        (f"f.{text.key}=ACK", {"Groß"}),
        (f"f.{kinds[FieldKind.FILE].key}=no", {"Groß", "Petersen"}),
        ("f.mandate=yes", set()),
        ("f.lead=yes", {"Groß", "Petersen"}),
        ("f.first_seen.from=2020-01-01", {"Groß", "Petersen"}),
        ("f.updated_at.from=2020-01-01", {"Groß", "Petersen"}),
    ):
        assert found(petra, query) == names, query
    keys = ["name", "customer_groups", "is_lead", "mandate", size.key, weight.key]
    petra.post(
        f"{LIST}columns/",
        {"csrf_token": petra.token(f"{LIST}columns/"), "column": keys, "size": "50"},
    )
    rows = petra.get(f"{LIST}?sort=-{weight.key}").text
    csv = petra.get(f"{LIST}export/?sort=-{weight.key}", buffered=True).text.splitlines()

    assert rows.index("Groß</a>") < rows.index("Petersen</a>")
    assert "Interessent" in rows
    assert csv[0].endswith("SEPA-Mandat;Auswahl;Zahl")
    assert csv[1] == "Jörg Groß;Züchter;Interessent;;groß;12,50"
    sheet = petra.get(f"{LIST}export/?format=xlsx&sort=-{weight.key}", buffered=True).data
    [_head, first, _second] = list(load_workbook(BytesIO(sheet)).active.values)[:3]
    assert first == ("Jörg Groß", "Züchter", "Interessent", None, "groß", 12.5)


def test_a_mass_action_puts_all_rows_of_a_filter_into_a_group(petra):
    group = factories.customer_group()
    for city in ("Jena", "Jena", "Erfurt"):
        factories.customer(city=city)
    path = f"{LIST}mass/join-groups/"
    page = petra.post(
        path, {"csrf_token": petra.token(f"{LIST}columns/"), "all": "1", "query": "?f.city=Jena"}
    ).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    hidden |= dict(re.findall(r'name="(submission)"[^>]*value="([^"]*)"', page))

    answer = petra.post(path, {**hidden, "customer_groups": group.id})

    assert answer.status_code == 302
    assert f">{2}<" in petra.get(f"/buero/customer_groups/{group.id}/").text
    assert petra.get("/buero/customer_groups/").text.count("Züchter") >= 1


def test_a_sensitive_field_is_nowhere_for_somebody_without_its_right(petra, mia):
    """D-11: no input, column, filter, card, history or file; and saving leaves it alone."""
    customer = factories.customer(last_name="Groß")
    health = factories.custom_field("Allergien", is_sensitive=True, in_list=True, is_required=True)
    proof = factories.custom_field("Attest", FieldKind.FILE, is_sensitive=True)
    save_values(customer, {health: "Nüsse"}, by=ANNA)
    petra.send(
        f"{LIST}{customer.id}/edit/", **PLAIN | STORED,
        **{health.key: "Nüsse", proof.key: (BytesIO(factories.pdf()), "Attest.pdf")},
    )  # fmt: skip
    page = f"{LIST}{customer.id}/"
    file = re.search(r'href="(/buero/dokumente/zusatzfeld/[^"]+)"', petra.get(page).text)[1]

    for path in (page, f"{page}edit/", LIST, f"{LIST}filter/", f"{LIST}columns/"):
        assert "Allergien" in petra.get(path).text, path
        assert "Allergien" not in mia.get(path).text, path
        assert "Nüsse" not in mia.get(path).text, path
    assert mia.get(f"{LIST}?f.{health.key}=xyz").text.count("Müller</a>") == 1
    assert (petra.get(file).status_code, mia.get(file).status_code) == (200, 404)
    assert mia.send(f"{page}edit/", **PLAIN | STORED | {"city": "Jena"}).status_code == 302
    assert {v.value for v in again(customer).custom_values} == {"Nüsse", "Attest.pdf"}


def test_a_field_is_set_up_under_unternehmen_and_keeps_its_type(petra, mia):
    answer = petra.send(
        "/buero/custom_fields/new/", label="Rudel", target="customer", kind="choice",
        choices="klein\r\ngroß", place="1", is_active="y",
    )  # fmt: skip
    assert answer.status_code == 302
    db.session.rollback()
    field = db.session.scalars(select(CustomField)).one()
    form = petra.get(f"/buero/custom_fields/{field.id}/edit/").text

    assert (field.options, field.kind) == (["klein", "groß"], FieldKind.CHOICE)
    assert 'name="kind"' not in form
    assert 'name="choices"' in form
    assert petra.send(f"/buero/custom_fields/{field.id}/delete-custom-field/").status_code == 302
    assert "Rudel" not in petra.get("/buero/custom_fields/").text
    assert mia.get("/buero/custom_fields/").status_code == 403


def test_whoever_moves_is_asked_which_open_invoices_shall_move_along(petra):
    """CUS-18: nothing is chosen at first, and nothing is asked where the address stays."""
    customer = factories.customer(email="joerg@example.org")
    first, second = (factories.invoice(of=customer) for _ in range(2))
    edit, address = f"{LIST}{customer.id}/edit/", STORED | {"email": "joerg@example.org"}

    stayed = petra.send(edit, **PLAIN | address | {"remark": "neu"})
    moved = petra.send(edit, **PLAIN | address | {"street": "Neuer Weg 1"})
    later = petra.send(edit, **PLAIN | address | {"street": "Neuer Weg 1", "remark": "neuer"})
    for answer in (stayed, later):
        assert "reissue" not in answer.headers["Location"]
    path = moved.headers["Location"].partition("?")[0]
    page = petra.get(path).text
    assert f'value="{first.id}"' in page
    assert "checked" not in page.partition("</form>")[0].rpartition("<form")[2]
    seen = petra.send(path, invoices=first.id, reason="Umzug").text
    assert f"Neue Fassung von {first.number} an Jörg Müller, Neuer Weg 1" in seen
    digest = re.search(r'name="seen" value="(\w+)"', seen)[1]
    done = petra.send(path, invoices=first.id, reason="Umzug", seen=digest)

    assert done.status_code == 302
    db.session.rollback()
    assert (first.version, second.version) == (2, 1)
    assert "hat 1 Rechnungen mit den neuen Daten" in petra.get(f"{LIST}{customer.id}/").text


def test_a_group_page_leads_to_its_members_and_an_empty_one_can_go(petra):
    group, customer = factories.customer_group(), factories.customer()
    join_groups(customer, customer_groups=[group], on=DAY, by=ANNA)
    page = f"/buero/customer_groups/{group.id}/"

    assert f"{LIST}?f.customer_group={group.id}" in petra.get(page).text
    refused = petra.send(f"{page}delete-group/")
    assert "noch 1 Kunden" in refused.text
    petra.send(f"{LIST}{customer.id}/leave-groups/", customer_groups=group.id)
    gone = petra.send(f"{page}delete-group/")

    assert gone.headers["Location"].endswith("/buero/customer_groups/")
    assert petra.get(page).status_code == 404


def test_a_customer_becomes_staff_and_stays_a_customer(petra):
    """CUS-24, ADM-05: from the record, and only for somebody who can be written to."""
    jo = factories.customer(first_name="Jo", last_name="Weiß", email="jo@example.org")
    nobody = factories.customer(email=None)
    page = f"{LIST}{jo.id}/"

    done = petra.send(f"{page}employ-customer/", role="instructor", password=factories.PASSWORD)
    refused = petra.send(
        f"{LIST}{nobody.id}/employ-customer/", role="office", password=factories.PASSWORD
    )

    assert done.status_code == 302
    assert "zuerst die E-Mail-Adresse" in refused.text
    shown = petra.get(page).text
    assert "employ-customer" not in shown
    link = re.search(r'<a href="(/buero/employees/\d+/)">Kursleitung', shown)[1]
    assert page in petra.get(link).text
    assert found(petra, "f.staff=yes") == set()
    assert "Weiß" in petra.get(f"{LIST}?f.staff=yes").text
