"""Lists: what is shown, found, sorted, summed and kept."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kutego.db import db, transaction
from kutego.models import CustomerState, ListPreference, SavedView
from tests import factories
from tests.views.panel.conftest import logged_in
from tests.views.panel.statements import counted

ROW = 'name="rowid"'


def listed(html):
    """The first words of the name column, row by row."""
    rows = (
        html.split("<tbody>")[1].split("</tbody>")[0].split("<tr")[1:] if "<tbody>" in html else []
    )
    return [row.split('data-label="Name">')[1].split("<")[0] for row in rows]


def people(*names, **values):
    made = []
    for name in names:
        first, _space, last = name.rpartition(" ")
        made.append(factories.customer(first_name=first or None, last_name=last, **values))
    return made


def change(customer, **values):
    with transaction():
        for name, value in values.items():
            setattr(customer, name, value)


def test_names_sort_as_germans_read_them(browser):
    people("Uwe Zorn", "Anna Österle", "Jörg Oster", "Mia Strauß", "Ben Strauss")

    assert listed(browser.get("/probe/")) == [
        "Petra Kuhn", "Jörg Oster", "Anna Österle", "Ben Strauss", "Mia Strauß", "Uwe Zorn",
    ]  # fmt: skip


def test_sort_follows_the_column_and_not_its_place(browser):
    people("Anna A", "Ben B")
    expected = listed(browser.get("/probe/?sort=-name"))

    browser.post("/probe/columns/", {"column": ["city", "name"], "size": "20"})

    assert listed(browser.get("/probe/?sort=-name")) == expected
    assert expected[0] == "Petra Kuhn"


@pytest.mark.parametrize("sort", ["quatsch", "-", "dogs", "'; drop table customer", "iban.x", "id"])
def test_a_sort_that_is_none_is_left_out(browser, sort):
    people("Anna A", "Ben B")

    assert len(listed(browser.get("/probe/", query_string={"sort": sort}))) == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("f.state=locked", ["Ben B"]),
        ("f.state=locked&f.state=active", ["Anna A", "Ben B", "Petra Kuhn"]),
        ("f.city=ARMST", ["Anna A"]),
        ("f.city=%25", []),
        ("f.postcode=64283", ["Anna A"]),
        ("f.credit.from=10,50", ["Anna A"]),
        ("f.credit.from=10,51", []),
        ("f.credit.to=10,49&f.credit.from=0", ["Ben B", "Petra Kuhn"]),
        ("f.newsletter=yes", ["Ben B"]),
        ("f.owes=yes", ["Ben B"]),
        ("f.owes=no", ["Anna A", "Petra Kuhn"]),
        ("f.birthday.from=1990-05-01&f.birthday.to=1990-05-01", ["Anna A"]),
        ("f.created_at.from=2026-01-02&f.created_at.to=2026-01-02", ["Anna A"]),
        ("f.dog=LUN", ["Ben B"]),
        ("f.state=locked&f.newsletter=no", []),
    ],
)
def test_filters(browser, query, found):
    anna, ben = people("Anna A", "Ben B")
    new_year = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)  # which is the 2nd in Berlin
    change(anna, city="Darmstadt", postcode="64283", credit=Decimal("10.50"),
           birthday=date(1990, 5, 1), created_at=new_year)  # fmt: skip
    change(ben, state=CustomerState.LOCKED, newsletter=True, open_amount=Decimal("1.00"))
    factories.participant(ben, first_name="Luna")

    assert listed(browser.get(f"/probe/?{query}")) == found


@pytest.mark.parametrize(
    "query",
    ["f.state=quatsch", "f.credit.from=nan", "f.credit.from=1e9", "f.created_at.from=gestern",
     "f.newsletter=vielleicht", "f.course=99999999999", "f.birthday.to=9999-99-99",
     "f.created_at.to=9999-12-31"],
)  # fmt: skip
def test_a_value_that_a_filter_cannot_use_is_told(browser, query):
    html = browser.get(f"/probe/?{query}")

    assert "kann mit „" in html
    assert len(listed(html)) == 1


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=0", "page=99999999999999999999", "page=quatsch", "size=-1", "size=1000000",
     "size=1e9", "view=quatsch", "endpoint=x", "self=1", "_method=FOO", "export_type=z", "q=%00",
     "f.unknown=1", "f.city=%00", "sort=%00", "values=1", "parent_id=3", "q=" + "x" * 5000],
)  # fmt: skip
def test_odd_addresses_show_a_list(browser, query):
    browser.get(f"/probe/?{query}")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("MÜLLER", ["Jörg Müller"]),
        ("mueller", ["Jörg Müller"]),
        ("müller jörg", ["Jörg Müller"]),
        ("bello", ["Jörg Müller"]),
        ("0361 / 123-45", ["Jörg Müller"]),
        ("+49 361 12345", ["Jörg Müller"]),
        ("kunde-x@example.org", ["Jörg Müller"]),
        ("100%", []),
        ("mül_er", []),
    ],
)
def test_the_search_finds_name_number_mail_phone_and_dog(browser, typed, found):
    customer = factories.customer(email="kunde-x@example.org", phone="+49 361 12345")
    factories.participant(customer)

    assert listed(browser.get("/probe/", query_string={"q": typed})) == found


def test_a_chip_takes_its_filter_off(browser):
    html = browser.get("/probe/?f.city=Erf&f.state=active&sort=-name")

    assert "Ort: „Erf“" in html
    assert 'href="/buero/probe/?f.state=active&amp;sort=-name"' in html
    assert 'href="/buero/probe/?f.city=Erf&amp;sort=-name"' in html
    assert 'clear-all" href="/buero/probe/?sort=-name"' in html


def test_totals_are_over_the_whole_filter(browser):
    for customer in people(*"ABC"):
        change(customer, credit=Decimal("1000.10"))
    change(people("D")[0], credit=Decimal("7.00"), city="Weimar")

    assert "3.007,30\u00a0€" in browser.get("/probe/?size=20")
    assert "3.000,30\u00a0€" in browser.get("/probe/?f.city=Erfurt&size=20")
    assert "3.007,30\u00a0€" not in browser.get("/probe/?f.city=Erfurt")


def test_the_total_counts_more_than_a_thousand_rows(browser):
    made = [factories.customer(city="Jena") for _ in range(3)]
    rows = [
        {c.key: getattr(made[0], c.key) for c in type(made[0]).__table__.columns}
        | {"id": 1000 + i, "number": f"X{i}", "email": None, "credit": Decimal("0.01")}
        for i in range(1200)
    ]
    with transaction() as session:
        session.execute(type(made[0]).__table__.insert(), rows)

    html = browser.get("/probe/?f.city=Jena")

    assert "12,00\u00a0€" in html
    assert "1–50 von 1.203" in html
    assert len(listed(browser.get("/probe/?f.city=Jena&page=9999"))) == 3


def test_each_user_chooses_columns_and_their_order(browser, office):
    people("Anna A")
    other = logged_in(office)

    browser.post("/probe/columns/", {"column": ["email", "name", "quatsch", "name"], "size": "100"})

    head = browser.get("/probe/").split("<thead>")[1].split("</thead>")[0]
    assert head.index("E-Mail") < head.index(">Name")
    assert "Ort" not in head
    assert "Ort" in other.get("/probe/").split("<thead>")[1].split("</thead>")[0]
    preference = db.session.get(ListPreference, (browser.employee.id, "probe"))
    assert (preference.columns, preference.page_size) == (["email", "name"], 100)

    browser.post("/probe/columns/", {"column": ["email"], "size": "50", "reset": "1"})

    assert "Ort" in browser.get("/probe/").split("<thead>")[1].split("</thead>")[0]


def test_the_export_follows_filter_sort_and_columns(browser):
    people("Anna A", "Ben B")
    change(people("Özlem Ö")[0], credit=Decimal("1234.50"), city="Köln")
    browser.post("/probe/columns/", {"column": ["name", "credit", "state"], "size": "20"})

    answer = browser.client.get("/buero/probe/export/?f.city=Köln")

    assert answer.data.startswith("\ufeff".encode())
    assert answer.data.decode("utf-8-sig") == "Name;Guthaben;Status\r\nÖzlem Ö;1234,50;Aktiv\r\n"
    assert "probe-" in answer.headers["Content-Disposition"]
    everything = browser.client.get("/buero/probe/export/?sort=-name").text.splitlines()
    assert everything[1].startswith("Petra Kuhn") or everything[1].startswith("Özlem")
    assert len(everything) == 5


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
def test_the_export_has_no_formulas(browser, name):
    change(people("X")[0], city=name)
    browser.post("/probe/columns/", {"column": ["city"], "size": "20"})

    cells = browser.client.get("/buero/probe/export/").text.splitlines()[1:]

    assert not any(cell.strip('"').startswith(tuple("=+-@\t")) for cell in cells)
    assert any("'" + name in cell for cell in cells)


def test_a_view_is_saved_under_a_name_and_keeps_the_sort_by_its_column(browser, office):
    people("Anna A", "Ben B")
    page = browser.post("/probe/views/?f.city=Erf&sort=-credit&q=a&page=7", {"name": " Mit  Geld "})

    saved = db.session.query(SavedView).one()
    assert (saved.name, saved.query) == (
        "Mit Geld", {"q": ["a"], "f.city": ["Erf"], "sort": ["-credit"]},
    )  # fmt: skip
    assert page.location == f"/buero/probe/?q=a&f.city=Erf&sort=-credit&view={saved.id}"
    assert "Mit Geld" in browser.get("/probe/")
    assert "Mit Geld" not in logged_in(office).get("/probe/")

    browser.post("/probe/views/?f.city=Jena", {"name": "Mit Geld"})

    db.session.expire_all()
    assert db.session.query(SavedView).one().query == {"f.city": ["Jena"]}


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b"])
def test_a_view_needs_a_name(browser, name):
    browser.post("/probe/views/?f.city=Erf", {"name": name})

    assert db.session.query(SavedView).count() == 0
    assert "Name" in browser.get("/probe/")


def test_nobody_deletes_the_view_of_another(browser, office):
    browser.post("/probe/views/?f.city=Erf", {"name": "Meine"})
    saved = db.session.query(SavedView).one()

    answer = logged_in(office).post(f"/probe/views/{saved.id}/delete/")

    assert answer.status_code == 404
    assert browser.post(f"/probe-templates/views/{saved.id}/delete/").status_code == 404
    assert browser.post(f"/probe/views/{saved.id}/delete/").status_code == 302
    assert db.session.query(SavedView).count() == 0


def test_an_empty_list_says_what_to_do(browser):
    html = browser.get("/probe-templates/")

    assert "Hier ist noch nichts." in html
    assert 'href="/buero/probe-templates/new/"' in html
    assert "Zu Ihrer Suche gibt es nichts." in browser.get("/probe/?f.city=nirgends")


def test_a_tab_that_has_rows_still_offers_to_make_another(browser):
    [owner] = people("Kuhn")
    factories.participant(owner)

    html = browser.get(f"/probe/{owner.id}/dogs/")

    assert "Bello" in html
    assert f'href="/buero/probe/{owner.id}/dogs/new/"' in html
    assert f'href="/buero/probe/{owner.id}/dogs/do/name-participant/"' in html


def test_a_list_of_many_takes_as_many_statements_as_a_list_of_one(browser):
    factories.participant(people("A")[0], first_name="Luna")
    browser.get("/probe/?size=100&f.city=Erfurt")
    with counted() as one:
        browser.get("/probe/?size=100&f.city=Erfurt")
    for customer in people(*[f"Kunde{i}" for i in range(60)]):
        factories.participant(customer)

    with counted() as many:
        html = browser.get("/probe/?size=100&f.city=Erfurt")

    assert html.count(ROW) == 61
    assert len(many) == len(one) <= 15


@pytest.mark.parametrize(
    "path", ["/probe/", "/probe/?q=a&f.dog=x", "/probe/{id}/", "/probe/{id}/dogs/",
             "/probe/{id}/deals/", "/probe/{id}/lend-credit/", "/probe/filter/", "/probe/columns/",
             "/probe/print/", "/probe/lookup/?q=a", "/probe/export/"],
)  # fmt: skip
def test_no_page_asks_more_than_fifteen_statements(browser, path):
    customer = people("A")[0]
    factories.participant(customer)
    browser.get("/probe/")

    with counted() as statements:
        browser.get(path.format(id=customer.id))

    assert len(statements) <= 15, "\n".join(statements)


def test_a_look_up_is_json_within_rights(browser, office):
    people("Anna Ärmel")

    assert browser.client.get("/buero/probe/lookup/?q=armel").json == [
        {"id": 2, "label": "Anna Ärmel (00002)"}
    ]
    assert office.test_client().get("/buero/probe/lookup/?q=a").status_code in (302, 401)


def test_a_get_writes_nothing(browser):
    customer = people("A")[0]
    paths = ["/probe/", "/probe/filter/", "/probe/columns/?column=city", "/probe/export/",
             f"/probe/{customer.id}/lend-credit/?amount=5&submission=x", "/probe/views/?name=x",
             f"/probe/mass/lend-credit/?rowid={customer.id}", "/probe/new/?last_name=x",
             f"/probe/{customer.id}/edit/?last_name=x"]  # fmt: skip
    before = list(db.session.connection().connection.iterdump())
    db.session.rollback()

    for path in paths:
        browser.client.get(f"/buero{path}")

    assert list(db.session.connection().connection.iterdump()) == before


@pytest.mark.databases("sqlite", "postgresql")
def test_both_databases_show_the_same(browser):
    anna, ben = people("Anna Österle", "Ben Zorn")
    change(anna, credit=Decimal("1234.50"), city=None)
    change(ben, open_amount=Decimal("5.00"))
    factories.participant(ben, first_name="Luna")

    assert listed(browser.get("/probe/")) == ["Petra Kuhn", "Anna Österle", "Ben Zorn"]
    assert "1.234,50\u00a0€" in browser.get("/probe/").split("<tfoot>")[1]
    assert listed(browser.get("/probe/?sort=-city"))[0] == "Ben Zorn"
    assert listed(browser.get("/probe/?q=LUNA&f.owes=yes&f.city=erf")) == ["Ben Zorn"]
    assert listed(browser.get("/probe/?f.dog=lun&f.credit.to=0")) == ["Ben Zorn"]
    assert "Luna" in browser.get(f"/probe/{ben.id}/dogs/?sort=-breed&q=lu")
    assert "Luna" in browser.get("/probe/export/?sort=-credit")
    browser.get("/probe/?page=99999&f.created_at.from=2020-01-01")
