"""The settings of the business: set up once, checked whenever they change (ADM-01, 02, 11)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from kutego.channels import files
from kutego.channels.sealing import unseal
from kutego.db import db, transaction
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import (
    Activity,
    ActivityDetail,
    Company,
    NumberKind,
    NumberRange,
    TaxMode,
    company,
)
from kutego.operations.company import save_company, set_up_company
from kutego.operations.logos import store_logo
from kutego.operations.numbers import draw_number
from tests import factories
from tests.factories import ANNA, DAY


def save(**values):
    return save_company(values, by=ANNA)


def stored(name):
    db.session.rollback()
    return getattr(company(), name)


@pytest.fixture
def empty(app):
    """The database as it is before anybody has set it up."""
    with transaction() as session:
        session.query(NumberRange).delete()
        session.query(Company).delete()
    return app


# --- set up -----------------------------------------------------------------------------------


def test_a_company_is_set_up_once(empty):
    record = set_up_company({"name": "Tanzstudio Süd", "tax_mode": TaxMode.EXEMPT_21}, by=ANNA)

    assert record.id == 1
    assert record.tax_mode is TaxMode.EXEMPT_21
    with transaction():
        assert draw_number(NumberKind.INVOICE, on=DAY) == "R-2026-00001"
    with pytest.raises(DomainError, match="schon eingerichtet"):
        set_up_company({"name": "Noch eins"}, by=ANNA)


def test_two_who_set_up_at_once_make_one_company(empty):
    def set_up(number):
        with empty.app_context():
            try:
                set_up_company({"name": f"Betrieb {number}"}, by=ANNA)
            except DomainError as refusal:
                return str(refusal)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(set_up, range(4)))

    assert answers.count(None) == 1
    assert set(answers) == {None, "Der Betrieb ist schon eingerichtet."}


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "<script>x</script>", "=1+1"])
def test_a_company_without_a_real_name_is_not_set_up(empty, name):
    with pytest.raises(DomainError):
        set_up_company({"name": name}, by=ANNA)

    assert db.session.get(Company, 1) is None


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"name": ""}, "Namen des Betriebs"),
        ({"name": "Hund<b>"}, "spitze Klammern"),
        ({"owner": "=cmd|' /C calc'!A0"}, "spitze Klammern"),
        ({"city": "x" * 201}, "zu lang"),
        ({"street": "Am\x00Anger"}, "druckbare Zeichen"),
        ({"postcode": "123"}, "5 Ziffern"),
        ({"country": "Deutschland"}, "zwei Buchstaben"),
        ({"email": "buero(at)example.org"}, "keine E-Mail-Adresse"),
        ({"phone": "ruf mich an"}, "keine Telefonnummer"),
        ({"website": "javascript:alert(1)"}, "keine Internetadresse"),
        ({"website": "http://[::1"}, "keine Internetadresse"),
        ({"timezone": "Europa/Berlin"}, "gibt es nicht"),
        ({"tax_number": "12"}, "Steuernummer"),
        ({"vat_id": "DE136695977"}, "USt-IdNr"),
        ({"iban": "DE89370400440532013001"}, "IBAN"),
        ({"iban": "kein Konto"}, "IBAN"),
        ({"bic": "XX"}, "BIC"),
        ({"creditor_id": "DE99ZZZ09999999999"}, "Gläubiger-ID"),
        ({"due_days": -1}, "zwischen 0 und 365"),
        ({"offer_days": 366}, "zwischen 1 und 365"),
        ({"accent": "grün"}, "sechs Zeichen"),
        ({"accent": "#1f6f54;}"}, "sechs Zeichen"),
        ({"smtp_host": "smtp example.org"}, "Mailservers"),
        ({"smtp_host": "smtp.example.org"}, "Port"),
        ({"smtp_host": "smtp.example.org", "smtp_port": 99999}, "Port"),
        ({"smtp_host": "smtp.example.org", "smtp_port": 587}, "Absenderadresse"),
        ({"mail_from": "büro"}, "keine E-Mail-Adresse"),
        ({"mail_from_name": "Petra\nBcc: alle@example.org"}, "spitze Klammern"),
    ],
)
def test_bad_input_changes_nothing(app, values, sentence):
    [name] = list(values)[:1]
    before = stored(name)

    with pytest.raises(DomainError, match=sentence):
        save(**values)

    assert stored(name) == before
    assert stored("revision") == 1


def test_the_second_of_two_clerks_is_told(app):
    opened = stored("revision")
    save_company({"city": "Weimar"}, revision=opened, by=ANNA)

    with pytest.raises(ConcurrentChange, match="Jemand anderes"):
        save_company({"city": "Jena"}, revision=opened, by=ANNA)

    assert stored("city") == "Weimar"


def test_of_clerks_who_save_at_once_one_wins(app):
    opened = stored("revision")

    def clerk(number):
        with app.app_context():
            try:
                save_company({"city": f"Ort {number}"}, revision=opened, by=ANNA)
            except ConcurrentChange:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(clerk, range(4)))

    assert done.count(True) == 1


def test_a_change_stands_in_the_history_with_old_and_new(app):
    save(city="Weimar")

    line = db.session.scalar(select(Activity).where(Activity.action == "company.changed"))
    detail = db.session.scalar(select(ActivityDetail).where(ActivityDetail.activity_id == line.id))
    assert detail.facts == {"city": ["Erfurt", "Weimar"]}


# --- what follows from something else ---------------------------------------------------------


def test_bic_and_bank_follow_from_the_iban(app):
    save(iban="de89 3704 0044 0532 0130 00")

    record = company()
    assert record.iban == "DE89370400440532013000"
    assert (record.bic, record.bank_name) == ("COBADEFFXXX", "Commerzbank")


def test_identifiers_are_kept_in_their_compact_form(app):
    save(vat_id="de 136 695 976", creditor_id="de98 zzz 09999999999", website="www.example.org")

    record = company()
    assert record.vat_id == "DE136695976"
    assert record.creditor_id == "DE98ZZZ09999999999"
    assert record.website == "https://www.example.org"


def test_the_smtp_password_is_sealed_and_never_in_the_history(app):
    save(
        smtp_host="smtp.example.org", smtp_port=587, smtp_user="buero",
        mail_from="buero@example.org", smtp_password="ganz geheim",
    )  # fmt: skip

    assert "geheim" not in stored("smtp_password")
    assert unseal(stored("smtp_password")) == "ganz geheim"
    assert all("geheim" not in str(d.facts) for d in db.session.scalars(select(ActivityDetail)))

    save(smtp_user="")

    assert stored("smtp_password") is None


def test_a_password_sealed_with_another_key_is_asked_for_anew(app):
    save(smtp_user="buero", smtp_password="ganz geheim")
    sealed = stored("smtp_password")
    app.config["KUTEGO"] = type("Other", (), {"secret_key": "y" * 40})

    with pytest.raises(DomainError, match="neu eingeben"):
        unseal(sealed)


# --- number ranges ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, pattern, sentence",
    [
        ("invoice", "R-{year}", "muss {number} genau einmal"),
        ("invoice", "R-{number}{number}", "genau einmal"),
        ("invoice", "R-{year}{year}-{number:05d}", "höchstens einmal"),
        ("invoice", "R-{number:05d}-{name}", "nur Buchstaben"),
        ("invoice", "R-{number.__class__}", "genau einmal"),
        ("invoice", "R-{number:>9999999}", "genau einmal"),
        ("invoice", "R {number:05d}", "nur Buchstaben"),
        ("invoice", "=R-{number:05d}", "nur Buchstaben"),
        ("invoice", "-{number:05d}", "nur Buchstaben"),
        ("invoice", "Rechnung-Nr-{year}-{number:05d}", "mehr als 16"),
        ("invoice", "R-{year}-{number}", "mindestens drei Stellen"),
        ("invoice", "R-{number:05d}-2", "mindestens drei Stellen"),
        ("cancellation", "R-{year}-{number:05d}", "nicht zu unterscheiden"),
        ("cancellation", "R-{number:05d}-{year}-7", "nicht zu unterscheiden"),
        ("receipt", "A-{number:05d}-{year}", "nicht zu unterscheiden"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused(app, kind, pattern, sentence):
    with pytest.raises(DomainError, match=sentence):
        save(number_formats={kind: pattern})

    assert not stored("number_formats")


def test_a_new_pattern_is_used_from_the_next_number_on(app):
    save(number_formats={"invoice": "{year}.{number:04d}"})

    with transaction():
        assert draw_number(NumberKind.INVOICE, on=DAY) == "2026.0001"


def test_a_pattern_that_would_repeat_a_number_is_refused(app):
    """R-2026-00001 exists; a range without years would begin at 1 and come to it again."""
    factories.invoice()

    with pytest.raises(DomainError, match="R-2026-00001 ein zweites Mal"):
        save(number_formats={"invoice": "R-2026-{number:05d}"})

    assert not stored("number_formats")


def test_a_cancellation_cannot_come_to_the_number_of_an_old_invoice(app):
    factories.invoice()

    with pytest.raises(DomainError, match="ein zweites Mal"):
        save(
            number_formats={
                "invoice": "RE-{year}-{number:05d}",
                "cancellation": "R-{year}-{number:05d}",
            }
        )


def test_an_old_pattern_may_come_back_where_its_range_goes_on(app):
    first = factories.invoice().number
    save(number_formats={"invoice": "RE-{year}-{number:05d}"})
    second = factories.invoice().number

    save(number_formats={})

    assert [first, second] == ["R-2026-00001", "RE-2026-00002"]
    assert factories.invoice().number == "R-2026-00003"


def test_a_year_that_begins_anew_does_not_repeat_what_a_range_without_years_gave(app):
    save(number_formats={"invoice": "R-{number:05d}"})
    factories.invoice()

    save(number_formats={"invoice": "R-{year}-{number:03d}"})

    assert factories.invoice(on=date(2027, 1, 4)).number == "R-2027-001"


# --- the logo ---------------------------------------------------------------------------------


def picture(kind="PNG", mode="RGBA", size=(300, 120), colour=(200, 0, 0, 0)):
    out = BytesIO()
    Image.new(mode, size, colour[: len(mode)]).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "kein lesbares Bild"),
        (b"<svg onload=alert(1)>", "kein lesbares Bild"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "kein lesbares Bild"),
        (picture()[:-40], "kein lesbares Bild"),
        (picture("GIF", "RGB"), "kein lesbares Bild"),
        (b"x" * (1024 * 1024 + 1), "größer als 1 MB"),
        (picture(mode="L", size=(6000, 6000)), "zu viele Bildpunkte"),
    ],
    ids=["empty", "svg", "only the head", "cut off", "gif", "too big", "too many pixels"],
)
def test_a_logo_is_judged_by_its_content(app, content, sentence):
    with pytest.raises(DomainError, match=sentence):
        store_logo(content)


@pytest.mark.parametrize(
    "content", [picture(), picture("JPEG", "RGB"), picture("JPEG", "CMYK"), picture("PNG", "P")]
)
def test_a_logo_is_stored_flat_and_without_its_metadata(app, content):
    save(logo_sha256=store_logo(content))

    kept = Image.open(BytesIO(files.read(stored("logo_sha256"))))
    assert (kept.format, kept.mode) == ("PNG", "RGB")
    assert not kept.info


def test_what_was_transparent_becomes_white(app):
    save(logo_sha256=store_logo(picture()))

    kept = Image.open(BytesIO(files.read(stored("logo_sha256"))))
    assert kept.getpixel((0, 0)) == (255, 255, 255)


def test_a_huge_logo_is_made_smaller(app):
    save(logo_sha256=store_logo(picture(mode="RGB", size=(3000, 3000))))

    assert Image.open(BytesIO(files.read(stored("logo_sha256")))).size == (600, 600)
