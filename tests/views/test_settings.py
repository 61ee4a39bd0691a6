"""The settings, the staff and the legal texts on the screen (ADM-01 to 03, 05, 11, D-22)."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from kutego import clock
from kutego.channels import files
from kutego.channels.sealing import unseal
from kutego.db import db
from kutego.models import (
    DEFAULT_FORMATS,
    Employee,
    LegalKind,
    LegalText,
    MailSecurity,
    Role,
    TaxMode,
    company,
)
from kutego.operations.company import save_company
from kutego.views.office.settings import SECTIONS
from tests import factories
from tests.factories import ANNA, DAY, PASSWORD, employee
from tests.mailserver import free_port, running
from tests.views.visitor import Visitor, hidden_fields, staff

SETTINGS = "/buero/settings/"
COMPANY = {
    "name": "Hundeschule Nord", "street": "Am Anger 3", "postcode": "99084", "city": "Erfurt",
    "country": "DE", "participant_word": "Hund", "participant_first_name_label": "Rufname",
    "timezone": "Europe/Berlin",
}  # fmt: skip
TAX = {
    "tax_mode": "regular", "prices": "gross", "due_days": "14",
    "offer_days": "14",
}  # fmt: skip
NUMBERS = {kind.value: pattern for kind, pattern in DEFAULT_FORMATS.items()}
MAIL = {
    "mail_from": "buero@example.org", "smtp_host": "smtp.example.org", "smtp_port": "587",
    "smtp_security": "starttls", "smtp_user": "buero", "smtp_password": "ganz geheim",
}  # fmt: skip


def stored(name):
    db.session.rollback()
    return getattr(company(), name)


@pytest.fixture
def petra(app):
    return staff(app, employee())


# --- rights -----------------------------------------------------------------------------------

PAGES = [
    *(f"{SETTINGS}{section.slug}" for section in SECTIONS),
    "/buero/employees/",
    "/buero/employees/1/",
    "/buero/employees/do/create-employee/",
    "/buero/employees/1/set-password/",
    "/buero/employees/1/change-role/",
    "/buero/legal_texts/",
    "/buero/legal_texts/do/add-legal-text/",
]


@pytest.mark.parametrize("role", [Role.OFFICE, Role.INSTRUCTOR])
def test_settings_and_staff_are_for_owners(app, role):
    employee()
    jo = staff(app, employee(role))
    token = jo.token("/buero/passwort")

    for page in PAGES:
        assert jo.get(page).status_code == 403, page
    for page in [*PAGES[:10], f"{SETTINGS}mail/test"]:
        assert jo.post(page, {"csrf_token": token}).status_code in (403, 405), page
    assert "Ihr Betrieb" in jo.get(SETTINGS).text  # its places and rooms, no more
    assert f"{SETTINGS}company" not in jo.get(SETTINGS).text


def test_an_owner_opens_every_page(petra):
    for page in PAGES:
        assert petra.get(page).status_code == 200, page


@pytest.mark.parametrize("slug", [section.slug for section in SECTIONS])
def test_without_a_token_nothing_is_saved(petra, slug):
    assert petra.post(f"{SETTINGS}{slug}", COMPANY).status_code == 400
    assert stored("revision") == 1


def test_a_page_that_does_not_exist_is_not_found(petra):
    assert petra.get(f"{SETTINGS}geheim").status_code == 404


# --- saving -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug, fields, sentence",
    [
        ("company", {**COMPANY, "name": ""}, "Bitte ausfüllen."),
        ("company", {**COMPANY, "name": "<b>Nord</b>"}, "ohne spitze Klammern"),
        ("company", {**COMPANY, "name": "=1+1"}, "ohne spitze Klammern"),
        ("company", {**COMPANY, "city": "x" * 500}, "höchstens 200 Zeichen"),
        ("company", {**COMPANY, "country": "XX"}, "gültige Auswahl"),
        ("company", {**COMPANY, "timezone": "Mars/Krater"}, "gültige Auswahl"),
        ("company", {**COMPANY, "email": "buero"}, "gültige E-Mail-Adresse"),
        ("company", {**COMPANY, "website": "javascript:alert(1)"}, "keine Internetadresse"),
        ("tax", {**TAX, "tax_mode": "none"}, "aus der Liste"),
        ("tax", {**TAX, "due_days": "zwei"}, "ganze Zahl"),
        ("tax", {**TAX, "due_days": "-1"}, "von 0 bis 365"),
        ("tax", {**TAX, "due_days": "1e9"}, "ganze Zahl"),
        ("tax", {**TAX, "vat_id": "DE136695977"}, "USt-IdNr"),
        ("bank", {"iban": "DE89370400440532013001"}, "IBAN"),
        ("bank", {"iban": "<script>x</script>"}, "IBAN"),
        ("numbers", {**NUMBERS, "invoice": "R-{year}"}, "genau einmal"),
        ("numbers", {**NUMBERS, "cancellation": "R-{year}-{number:05d}"}, "nicht zu unterscheiden"),
        ("mail", {**MAIL, "smtp_host": "a b"}, "Mailservers"),
        ("mail", {**MAIL, "smtp_port": "99999"}, "von 1 bis 65535"),
        ("mail", {**MAIL, "mail_from": ""}, "Absenderadresse"),
        ("appearance", {"accent": "red"}, "sechs Zeichen"),
        ("texts", {"invoice_intro": "x" * 3000}, "höchstens 2000 Zeichen"),
    ],
)
def test_bad_input_is_told_in_german_and_writes_nothing(petra, slug, fields, sentence):
    answer = petra.send(SETTINGS + slug, **fields)

    assert answer.status_code == 200
    assert sentence in answer.text
    assert "<script>x" not in answer.text
    assert stored("revision") == 1


def test_what_was_typed_stays_in_the_form(petra):
    answer = petra.send(f"{SETTINGS}company", **{**COMPANY, "postcode": "1", "city": "Neudorf"})

    assert 'value="Neudorf"' in answer.text


def test_what_is_saved_stands_in_the_form(petra):
    answer = petra.send(f"{SETTINGS}company", **COMPANY)

    assert answer.status_code == 302
    page = petra.get(f"{SETTINGS}company").text
    assert "Die Einstellungen sind gespeichert." in page
    assert 'value="Hundeschule Nord"' in page


def test_the_time_zone_is_chosen_from_a_list(petra):
    petra.send(f"{SETTINGS}company", **{**COMPANY, "timezone": "Atlantic/Canary"})

    assert stored("timezone") == "Atlantic/Canary"
    page = petra.get(f"{SETTINGS}company").text
    assert '<option selected value="Atlantic/Canary">' in page
    assert ">Europe/Vienna<" in page


def test_a_section_leaves_the_others_alone(petra):
    petra.send(f"{SETTINGS}tax", **{**TAX, "tax_mode": "small_business"})

    assert stored("tax_mode") is TaxMode.SMALL_BUSINESS
    assert stored("name") == "Hundeschule Pfotenglück"
    assert stored("iban") == "DE02120300000000202051"


def test_the_second_of_two_is_told_and_loses_nothing(app, petra):
    jo = staff(app, employee())
    page = jo.get(f"{SETTINGS}company").text
    petra.send(f"{SETTINGS}company", **{**COMPANY, "city": "Weimar"})

    late = jo.post(
        f"{SETTINGS}company",
        {**hidden_fields(page, f"{SETTINGS}company"), **COMPANY, "city": "Jena"},
    )

    assert "Jemand anderes hat" in late.text
    assert 'value="Jena"' in late.text
    assert stored("city") == "Weimar"


@pytest.mark.parametrize("revision", ["", "x", "-1", "99", "١"])
def test_a_made_up_revision_saves_nothing(petra, revision):
    answer = petra.send(f"{SETTINGS}company", **{**COMPANY, "revision": revision})

    assert "Jemand anderes hat" in answer.text
    assert stored("name") == "Hundeschule Pfotenglück"


def test_a_new_pattern_of_numbers_is_kept(petra):
    petra.send(f"{SETTINGS}numbers", **{**NUMBERS, "offer": "AN-{year}-{number:03d}"})

    assert stored("number_formats") == {"offer": "AN-{year}-{number:03d}"}
    assert "AN-{year}-{number:03d}" in petra.get(f"{SETTINGS}numbers").text


def test_columns_that_are_not_in_the_form_cannot_be_slipped_in(petra):
    petra.send(f"{SETTINGS}texts", invoice_intro="Guten Tag", name="Gekapert", logo_sha256="0" * 64)

    assert stored("invoice_intro") == "Guten Tag"
    assert stored("name") == "Hundeschule Pfotenglück"
    assert stored("logo_sha256") is None


def test_beside_the_bank_stands_what_cash_may_bring(petra):
    """D-22."""
    assert "§ 146a AO" in petra.get(f"{SETTINGS}bank").text


# --- e-mail -----------------------------------------------------------------------------------


def test_the_smtp_password_never_comes_back_and_is_kept(petra):
    petra.send(f"{SETTINGS}mail", **MAIL)
    page = petra.get(f"{SETTINGS}mail").text

    assert "geheim" not in page
    assert "Ist gespeichert" in page

    petra.send(f"{SETTINGS}mail", **{**MAIL, "smtp_password": "", "smtp_port": "465"})

    assert stored("smtp_port") == 465
    assert unseal(stored("smtp_password")) == "ganz geheim"


def test_a_test_mail_without_a_server_says_what_is_missing(petra):
    answer = petra.send(f"{SETTINGS}mail", to=f"{SETTINGS}mail/test", recipient="a@example.org")

    assert "Bitte zuerst Mailserver und Absenderadresse speichern." in answer.text


def test_a_test_mail_really_goes_out(petra):
    with running() as server:
        use(server.port)

        answer = petra.send(f"{SETTINGS}mail", to=f"{SETTINGS}mail/test", recipient="a@example.org")

        assert answer.status_code == 302
        assert "Die Testmail an a@example.org ist gesendet." in petra.get(f"{SETTINGS}mail").text
        [mail] = server.letters
        assert mail["Subject"] == "Testmail von Hundeschule Pfotenglück"
        assert mail["To"] == "a@example.org"


def test_a_server_that_is_not_there_is_named(petra):
    use(free_port())

    answer = petra.send(f"{SETTINGS}mail", to=f"{SETTINGS}mail/test", recipient="a@example.org")

    assert "nicht erreichbar" in answer.text


def use(port):
    save_company(
        {
            "smtp_host": "127.0.0.1", "smtp_port": port, "mail_from": "buero@example.org",
            "smtp_security": MailSecurity.NONE,
        },
        by=ANNA,
    )  # fmt: skip


# --- the look ---------------------------------------------------------------------------------


def png():
    out = BytesIO()
    Image.new("RGB", (60, 30), "red").save(out, "PNG")
    return out.getvalue()


def test_a_logo_is_taken_shown_and_taken_off_again(petra):
    page = f"{SETTINGS}appearance"
    petra.send(page, accent="#AA3300", logo=(BytesIO(png()), "logo.png"))

    assert stored("accent") == "#aa3300"
    assert files.read(stored("logo_sha256")).startswith(b"\x89PNG")
    assert petra.get("/logo.png").status_code == 200

    petra.send(page, accent="#aa3300", without_logo="1")

    assert stored("logo_sha256") is None


@pytest.mark.parametrize(
    "name, content", [("logo.png", b"<svg/>"), ("logo.exe", b"MZ"), ("x.png", b"")]
)
def test_a_file_that_is_no_picture_is_refused(petra, name, content):
    answer = petra.send(f"{SETTINGS}appearance", accent="#aa3300", logo=(BytesIO(content), name))

    assert "kein lesbares Bild" in answer.text
    assert stored("accent") == "#1f6f54"


# --- staff ------------------------------------------------------------------------------------

HIRED = {
    "first_name": "Jo", "last_name": "Ek", "email": "jo@example.org", "role": "office",
    "password": PASSWORD,
}  # fmt: skip
HIRE = "/buero/employees/do/create-employee/"


def test_an_owner_hires_somebody_who_can_log_in_at_once(app, petra):
    answer = petra.send(HIRE, **HIRED)

    assert answer.status_code == 302
    assert "Jo Ek" in petra.get("/buero/employees/").text
    assert Visitor(app).log_in("jo@example.org").status_code == 302


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"first_name": ""}, "Bitte ausfüllen."),
        ({"last_name": "<i>Ek</i>"}, "ohne Sonderzeichen"),
        ({"email": "jo"}, "gültige E-Mail-Adresse"),
        ({"role": "chef"}, "aus der Liste"),
        ({"password": "kurz"}, "mindestens 10 Zeichen"),
        ({"password": "jo@example.org"}, "zu leicht"),
    ],
)
def test_bad_input_hires_nobody(petra, wrong, sentence):
    answer = petra.send(HIRE, **{**HIRED, **wrong})

    assert sentence in answer.text
    assert PASSWORD not in answer.text
    db.session.rollback()
    assert len(db.session.scalars(select(Employee)).all()) == 1


def test_a_new_password_from_the_owner_logs_out_everywhere(app, petra):
    jo = employee(Role.OFFICE)
    visitor = staff(app, jo)

    petra.send(f"/buero/employees/{jo.id}/set-password/", password="drei Hasen am Bach")

    assert visitor.get("/buero/").status_code == 302
    assert Visitor(app).log_in(jo.email, "drei Hasen am Bach").status_code == 302


def test_the_last_owner_cannot_close_the_door_behind_herself(petra):
    [only] = db.session.scalars(select(Employee)).all()

    answer = petra.send(f"/buero/employees/{only.id}/deactivate-employee/")

    assert "letzte Anmeldung" in answer.text
    db.session.rollback()
    assert only.is_active


# --- legal texts ------------------------------------------------------------------------------

ADD = "/buero/legal_texts/do/add-legal-text/"


def test_a_version_is_added_and_the_old_one_stays_readable(petra):
    petra.send(ADD, kind="terms", valid_from=str(clock.today()), text="Erste Fassung <b>")
    petra.send(ADD, kind="terms", valid_from="2099-01-01", text="Zweite Fassung")

    db.session.rollback()
    first, second = db.session.scalars(select(LegalText).order_by(LegalText.number)).all()
    old = petra.get(f"/buero/legal_texts/{first.id}/").text
    assert "Erste Fassung &lt;b&gt;" in old
    assert "Gültig" in old
    assert "Künftig" in petra.get(f"/buero/legal_texts/{second.id}/").text


def test_a_new_version_begins_with_the_words_of_the_last(petra):
    factories.legal_texts(DAY)

    page = petra.get(ADD + "?kind=privacy").text

    assert f"{LegalKind.PRIVACY.label}: der ganze Text." in page


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"kind": "terms", "valid_from": "2099-01-01", "text": ""}, "Bitte ausfüllen."),
        ({"kind": "haiku", "valid_from": "2099-01-01", "text": "x"}, "aus der Liste"),
        ({"kind": "terms", "valid_from": "2020-01-01", "text": "x"}, "frühestens ab heute"),
        ({"kind": "terms", "valid_from": "01/02/2099", "text": "x"}, "Datum wie"),
    ],
)
def test_a_version_that_cannot_be_is_refused(petra, fields, sentence):
    answer = petra.send(ADD, **fields)

    db.session.rollback()
    assert sentence in answer.text
    assert db.session.scalar(select(LegalText)) is None
