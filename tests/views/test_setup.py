"""From an empty database to the first login: in the browser, or on the command line."""

import re
import stat

import pytest
from sqlalchemy import func, select

from kutego import create_app
from kutego.db import db, transaction
from kutego.models import Company, Customer, Employee, LegalText, NumberRange, Role, TaxMode
from kutego.views import setup_code
from tests import factories
from tests.conftest import SECRET
from tests.factories import PASSWORD
from tests.views.visitor import Visitor

CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")


@pytest.fixture
def empty(app):
    """The database as it is before anybody has set it up."""
    with transaction() as session:
        session.query(NumberRange).delete()
        session.query(Company).delete()
    return app


def printed(capsys):
    return CODE.search(capsys.readouterr().out).group()


def fields(code, **other):
    return {
        "code": code,
        "name": "Tanzstudio Süd",
        "street": "Hauptstraße 1",
        "postcode": "70173",
        "city": "Stuttgart",
        "tax_mode": "exempt_21",
        "first_name": "Özlem",
        "last_name": "Groß",
        "email": "oezlem@example.org",
        "password": PASSWORD,
        "repeated": PASSWORD,
        **other,
    }


def nothing_there():
    db.session.rollback()
    counts = [select(func.count()).select_from(kind) for kind in (Company, Employee, Customer)]
    return not any(db.session.scalar(query) for query in counts)


@pytest.mark.parametrize("path", ["/", "/buero/", "/anmelden", "/buero/employees/", "/logo.png"])
def test_every_page_leads_to_the_set_up(empty, path):
    answer = Visitor(empty).get(path)

    assert answer.status_code == 302
    assert answer.location == "/einrichten"


def test_the_whole_way_from_the_console_into_the_office(empty, capsys):
    setup_code.announce(empty)
    code = printed(capsys)
    visitor = Visitor(empty)

    answer = visitor.send("/einrichten", **fields(code))

    assert answer.location == "/buero/"
    page = visitor.get("/buero/").text
    steps = re.findall(r'<li><a href="([^"]+)"', page[page.index("Erste Schritte") :])[:8]
    assert "0 von 8 erledigt" in page
    assert [step.split("/")[2] for step in steps] == [
        "settings", "settings", "settings", "course_categories", "locations", "term_templates",
        "course_dates", "customers",
    ]  # fmt: skip
    for step in steps:
        assert visitor.get(step).status_code == 200, step
    factories.invoice()  # brings course, customer and all, and ends the beginning
    assert "Erste Schritte" not in visitor.get("/buero/").text
    record = db.session.get(Company, 1)
    assert (record.name, record.tax_mode) == ("Tanzstudio Süd", TaxMode.EXEMPT_21)
    [owner] = db.session.scalars(select(Employee)).all()
    assert (owner.role, owner.name, owner.customer.number) == (Role.OWNER, "Özlem Groß", "00001")
    assert db.session.scalar(select(func.count()).select_from(LegalText)) == 0


def test_the_code_is_printed_once_and_only_its_hash_is_kept(empty, capsys, tmp_path):
    setup_code.announce(empty)
    code = printed(capsys)
    Visitor(empty).get("/einrichten")

    kept = tmp_path / "setup-code"
    assert capsys.readouterr().out == ""
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert code not in kept.read_text()
    assert code.replace("-", "") not in kept.read_text()


def test_the_first_visit_prints_it_where_nothing_did_before(empty, capsys):
    visitor = Visitor(empty)
    visitor.get("/einrichten")

    assert visitor.send("/einrichten", **fields(printed(capsys))).status_code == 302


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC", "x", "' OR 1=1 --"])
def test_without_the_code_nobody_gets_in(empty, capsys, code):
    answer = Visitor(empty).send("/einrichten", **fields(code))

    assert "Der Code stimmt nicht." in answer.text
    assert nothing_there()


def test_the_code_may_be_typed_as_people_type(empty, capsys):
    setup_code.announce(empty)
    code = printed(capsys).lower().replace("-", " ")

    assert Visitor(empty).send("/einrichten", **fields(code)).status_code == 302


def test_the_code_cannot_be_guessed_for_long(empty, capsys):
    setup_code.announce(empty)
    code, visitor = printed(capsys), Visitor(empty)
    for _turn in range(10):
        visitor.send("/einrichten", **fields("AAAA-BBBB-CCCC"))

    answer = visitor.send("/einrichten", **fields(code))

    assert answer.status_code == 429
    assert nothing_there()


def test_the_codes_of_both_processes_hold(empty, capsys, database_url, tmp_path):
    other = create_app(database_url=database_url, instance=tmp_path, secret_key=SECRET)
    setup_code.announce(empty)
    first = printed(capsys)
    setup_code.announce(other)
    second = printed(capsys)

    answer = Visitor(other).send("/einrichten", **fields(first))

    assert first != second
    assert answer.status_code == 302
    with other.app_context():
        db.engine.dispose()


def test_once_set_up_the_page_is_gone(empty, capsys, tmp_path):
    setup_code.announce(empty)
    code, visitor, late = printed(capsys), Visitor(empty), Visitor(empty)
    token = late.token("/einrichten")
    visitor.send("/einrichten", **fields(code))

    assert late.get("/einrichten").status_code == 404
    assert late.post("/einrichten", {"csrf_token": token, **fields(code)}).status_code == 404
    assert not (tmp_path / "setup-code").exists()
    assert db.session.scalar(select(func.count()).select_from(Employee)) == 1


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"name": ""}, "Bitte ausfüllen."),
        ({"name": "<script>x</script>"}, "ohne spitze Klammern"),
        ({"name": "x" * 201}, "höchstens 200 Zeichen"),
        ({"postcode": "7"}, "5 Ziffern"),
        ({"tax_mode": "none"}, "aus der Liste"),
        ({"email": "oezlem"}, "E-Mail-Adresse"),
        ({"first_name": "=cmd()"}, "spitze Klammern"),
        ({"password": "kurz", "repeated": "kurz"}, "mindestens 10 Zeichen"),
        ({"password": "1234567890", "repeated": "1234567890"}, "zu leicht"),
        ({"repeated": "anders als das erste"}, "sind verschieden"),
    ],
)
def test_bad_input_writes_nothing_and_may_be_corrected(empty, capsys, wrong, sentence):
    setup_code.announce(empty)
    code, visitor = printed(capsys), Visitor(empty)

    answer = visitor.send("/einrichten", **fields(code, **wrong))

    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert nothing_there()
    assert visitor.send("/einrichten", **fields(code)).status_code == 302


def test_without_a_token_nothing_is_set_up(empty, capsys):
    setup_code.announce(empty)

    assert Visitor(empty).post("/einrichten", fields(printed(capsys))).status_code == 400
    assert nothing_there()


# --- the command line -------------------------------------------------------------------------


def add_user(app, *arguments, password=PASSWORD + "\n"):
    return app.test_cli_runner().invoke(args=["kutego", "user", "add", *arguments], input=password)


def test_the_first_login_can_be_made_at_a_terminal(empty):
    result = add_user(
        empty, "petra.kuhn@example.org", "--role", "owner", "--company", "Hundeschule Nord"
    )

    assert result.exit_code == 0, result.output
    assert db.session.get(Company, 1).name == "Hundeschule Nord"
    assert Visitor(empty).log_in("petra.kuhn@example.org").status_code == 302
    [owner] = db.session.scalars(select(Employee)).all()
    assert owner.customer.name == "Petra Kuhn"


def test_at_a_terminal_a_further_login_leaves_the_business_alone(app):
    result = add_user(
        app, "jo@example.org", "--role", "office", "--first-name", "Jo", "--last-name", "Ek"
    )

    assert result.exit_code == 0, result.output
    assert db.session.get(Company, 1).name == "Hundeschule Pfotenglück"
    assert db.session.scalar(select(Employee)).name == "Jo Ek"


@pytest.mark.parametrize(
    "arguments, password, sentence",
    [
        (("petra", "--role", "owner"), PASSWORD, "keine E-Mail-Adresse"),
        (("petra@example.org", "--role", "chef"), PASSWORD, "chef"),
        (("petra@example.org", "--role", "owner"), "kurz", "mindestens 10 Zeichen"),
        (("petra@example.org", "--role", "owner"), "", "mindestens 10 Zeichen"),
    ],
)
def test_a_terminal_refuses_the_same(empty, arguments, password, sentence):
    result = add_user(empty, *arguments, password=password)

    assert result.exit_code != 0
    assert sentence in result.output
    assert nothing_there()
