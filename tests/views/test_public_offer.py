"""The page of an offer, as the customer's browser and curious strangers meet it."""

import re
from contextvars import Context
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.clock import BERLIN
from kutego.db import db
from kutego.models import (
    Invoice,
    LegalKind,
    LoginAttempt,
    Offer,
    OfferDecision,
    OfferState,
    PaymentMethod,
    PositionKind,
    company,
)
from kutego.operations import offers
from kutego.operations.legal_texts import add_legal_text
from kutego.operations.master_data import save_record
from kutego.views.panel.forms import today
from tests import factories
from tests.factories import ANNA
from tests.views.visitor import Visitor, hidden_fields, staff

THREE = (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL)


@pytest.fixture
def offer(app):
    factories.change_company(payment_methods=["bank_transfer"])
    return factories.offer(on=clock.today())


@pytest.fixture
def guest(app):
    return Visitor(app)


def address(offer):
    return f"/angebot/{offer.token}"


def ticked(html):
    """The three consents as the page offers them, all set."""
    values = dict(re.findall(r'type="checkbox" name="(\w+)"[^>]*value="(\d+)"', html))
    assert set(values) == {kind.value for kind in THREE}
    return values


def accept(guest, offer, **changes):
    html = guest.get(address(offer)).text
    hidden = hidden_fields(html, f"{address(offer)}#annehmen")
    fields = {**hidden, **ticked(html), "answer": "accept", **changes}
    return guest.post(address(offer), {k: v for k, v in fields.items() if v is not None})


def scalar(query):
    """What the database says now, not when the test began to read."""
    db.session.rollback()
    return db.session.scalar(query)


def state(offer):
    return scalar(select(Offer.state).where(Offer.id == offer.id))


def page_at(moment, guest, path):
    """The page as it is at `moment`."""

    def ask():
        with clock.at(moment):
            return guest.client.get(path)

    return Context().run(ask).text


# --- what it shows ------------------------------------------------------------------------------


def test_it_shows_lines_tax_total_text_and_the_last_day(app, guest):
    offer = factories.offer(
        factories.line("149.00", text="Welpenkurs", discount_percent=Decimal("10.00")),
        factories.line("9.95", text="Ratgeber <b>", vat_rate=Decimal("7.00")),
        text="Guten Tag\n\nwie besprochen.",
        on=clock.today(),
    )

    html = guest.get(address(offer)).text

    for words in (
        "Welpenkurs", "Ratgeber &lt;b&gt;", "abzüglich 10 % Rabatt", "USt 19\xa0%", "USt 7\xa0%",
        "144,05\xa0€", "wie besprochen.", f"{offer.valid_until:%d.%m.%Y}",
        "Zahlungspflichtig bestellen",
    ):  # fmt: skip
        assert words in html


def test_it_says_that_a_contract_goes_on(app, guest):
    of = factories.customer()
    line = factories.line(
        kind=PositionKind.COURSE,
        participant_id=factories.participant(of).id,
        course_date_id=factories.running_course().id,
        term_template_id=factories.term_template(minimum_months=6).id,
    )

    html = guest.get(address(factories.offer(line, of=of, on=clock.today()))).text

    assert "Mindestlaufzeit 6 Monate" in html
    assert "bis Sie kündigen" in html


def test_nothing_is_ticked_beforehand_and_every_text_has_its_version(offer, guest):
    html = guest.get(address(offer)).text

    assert "checked" not in html
    for slug in ("agb", "datenschutz", "widerruf"):
        assert f'href="/rechtliches/{slug}/1"' in html
        assert "der ganze Text" in guest.get(f"/rechtliches/{slug}/1").text


def test_it_shows_the_version_that_was_sent_whatever_the_office_drafts(offer, guest):
    save_record(company(), {"name": "Anders GmbH"}, by=ANNA)

    assert "49,00\xa0€" in guest.get(address(offer)).text


def test_no_other_site_and_no_search_engine_learns_the_address(offer, guest):
    for path in (address(offer), f"{address(offer)}/ablehnen", f"{address(offer)}/angebot.pdf"):
        headers = guest.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in headers["Cache-Control"]


def test_the_pdf_is_there_as_long_as_the_offer_is_open(offer, guest):
    answer = guest.get(f"{address(offer)}/angebot.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")

    offers.withdraw_offer(offer, on=today(), by=ANNA)

    assert guest.get(f"{address(offer)}/angebot.pdf").status_code == 404


# --- answering ----------------------------------------------------------------------------------


def test_accepting_thanks_and_makes_the_invoice(offer, guest):
    answer = accept(guest, offer)

    assert answer.status_code == 303
    assert "Vielen Dank für Ihre Buchung" in guest.get(answer.location).text
    assert state(offer) is OfferState.ACCEPTED
    assert scalar(select(Invoice.total)) == Decimal("49.00")
    decision = scalar(select(OfferDecision))
    assert decision.address == "127.0.0.1"


def test_it_works_over_https_though_the_referrer_is_hidden(app, offer):
    guest = Visitor(app, base_url="https://pfotenglueck.example.org")

    assert accept(guest, offer).status_code == 303


def test_the_same_form_sent_twice_is_thanked_twice_and_sells_once(offer, guest):
    html = guest.get(address(offer)).text
    fields = {**hidden_fields(html, f"{address(offer)}#annehmen"), **ticked(html)}

    answers = [guest.post(address(offer), {**fields, "answer": "accept"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "Vielen Dank" in guest.get(address(offer)).text
    assert scalar(select(func.count(Invoice.id))) == 1


def test_a_second_tab_is_told_that_it_is_over(app, offer):
    first, second = Visitor(app), Visitor(app)
    html = second.get(address(offer)).text
    fields = {**hidden_fields(html, f"{address(offer)}#annehmen"), **ticked(html)}
    accept(first, offer)

    answer = second.post(address(offer), {**fields, "answer": "accept"})

    assert "nicht mehr offen" in answer.text
    assert scalar(select(func.count(Invoice.id))) == 1


@pytest.mark.parametrize("missing", THREE)
def test_a_missing_consent_is_named_and_the_others_stay_ticked(offer, guest, missing):
    answer = accept(guest, offer, **{missing.value: None})

    assert answer.status_code == 422
    assert f"Bitte stimmen Sie noch zu: {missing.label}." in answer.text
    assert answer.text.count(" checked") == 2
    assert state(offer) is OfferState.OPEN


def test_a_text_that_changed_meanwhile_has_to_be_read_again(offer, guest):
    html = guest.get(address(offer)).text
    fields = {**hidden_fields(html, f"{address(offer)}#annehmen"), **ticked(html)}
    day = today()
    add_legal_text(kind=LegalKind.TERMS, text="Neu", valid_from=day, on=day, by=ANNA)

    answer = guest.post(address(offer), {**fields, "answer": "accept"})

    assert answer.status_code == 409
    assert "neue Fassung: AGB" in answer.text
    assert 'href="/rechtliches/agb/2"' in answer.text
    assert "checked" not in answer.text


def test_a_corrected_offer_has_to_be_read_again(offer, guest):
    html = guest.get(address(offer)).text
    fields = {**hidden_fields(html, f"{address(offer)}#annehmen"), **ticked(html)}
    offers.save_offer(
        offer.customer, offer=offer, positions=[factories.line("59.00")], on=today(), by=ANNA,
        payment_method=offer.payment_method, valid_until=offer.valid_until,
    )  # fmt: skip

    answer = guest.post(address(offer), {**fields, "answer": "accept"})

    assert answer.status_code == 409
    assert "inzwischen geändert" in answer.text
    assert "59,00\xa0€" in answer.text
    assert state(offer) is OfferState.OPEN


def test_declining_asks_once_more(offer, guest):
    answer = guest.send(f"{address(offer)}/ablehnen", to=address(offer), answer="decline")

    assert answer.status_code == 303
    assert "keine Kosten" in guest.get(answer.location).text
    assert state(offer) is OfferState.DECLINED


def test_the_payment_method_can_be_changed_unless_it_is_fixed(app, guest):
    offer = factories.offer(payment_method=PaymentMethod.PAYPAL, on=clock.today())

    accept(guest, offer, payment_method="bank_transfer")

    found = scalar(select(Invoice.payment_method))
    assert found is PaymentMethod.BANK_TRANSFER


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"csrf_token": None}, 400),
        ({"csrf_token": "x"}, 400),
        ({"answer": "vielleicht"}, 400),
        ({"version": "²"}, 409),
        ({"version": "9" * 400}, 409),
        ({"version": None}, 409),
        ({"terms": "999999"}, 409),
        ({"terms": "-1"}, 422),
        ({"privacy": "\0"}, 422),
        ({"submission": "ä" * 32}, 303),
        ({"payment_method": "direct_debit"}, 409),
        ({"payment_method": "unsinn"}, 303),
    ],
)
def test_what_is_sent_wrong_changes_nothing_or_does_no_harm(offer, guest, fields, status):
    answer = accept(guest, offer, **fields)

    assert answer.status_code == status
    expected = OfferState.ACCEPTED if status == 303 else OfferState.OPEN
    assert state(offer) is expected


def test_after_an_expired_session_everything_stays_ticked(offer, guest):
    answer = accept(guest, offer, csrf_token="x")

    assert "zu lange offen" in answer.text
    assert answer.text.count(" checked") == 3


# --- what is over -------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["withdrawn", "expired", "accepted", "declined"])
def test_an_offer_that_is_over_reveals_nothing(app, end):
    day = clock.today()
    offer = factories.offer(factories.line(text="Geheimkurs"), valid_until=day, on=day)
    name = offer.customer.last_name
    if end == "withdrawn":
        offers.withdraw_offer(offer, on=day, by=ANNA)
    elif end == "accepted":
        assert accept(Visitor(app), offer).status_code == 303
    elif end == "declined":
        path = f"{address(offer)}/ablehnen"
        answer = Visitor(app).send(path, to=address(offer), answer="decline")
        assert answer.status_code == 303
    moment = clock.noon(day + timedelta(days=1)) if end == "expired" else clock.noon(day)

    stranger = Visitor(app)
    paths = (address(offer), f"{address(offer)}/ablehnen")
    pages = [page_at(moment, stranger, path) for path in paths]

    for html in pages:
        assert "nicht mehr offen" in html
        assert "<button" not in html
        for secret in ("Geheimkurs", "49,00", name, "A-20"):
            assert secret not in html


def test_the_last_day_ends_at_midnight_in_the_company_time_zone(app):
    day = date(2026, 12, 4)
    with clock.at(clock.noon(day)):
        factories.legal_texts(day)
    offer = factories.offer(valid_until=day, on=day)
    guest = Visitor(app)
    late = clock.noon(day).astimezone(BERLIN).replace(hour=23, minute=59, second=59)

    assert "Zahlungspflichtig" in page_at(late, guest, address(offer))
    assert "nicht mehr offen" in page_at(late + timedelta(seconds=1), guest, address(offer))


def test_unknown_addresses_are_not_there_and_guessing_is_slowed_down(app, guest):
    answers = [guest.get(f"/angebot/{n}xyz").status_code for n in range(22)]

    assert answers[0] == 404
    assert answers[-1] == 429
    assert scalar(select(func.count(LoginAttempt.id))) == 20


def test_an_address_that_guessed_too_often_still_sees_its_own_offer(offer, guest):
    for n in range(22):
        guest.get(f"/angebot/{n}xyz")

    assert guest.get(address(offer)).status_code == 200


def test_answers_are_throttled_per_address(offer, guest):
    codes = {accept(guest, offer, terms=None).status_code for _ in range(42)}

    assert codes == {422, 429}


# --- the office looks ---------------------------------------------------------------------------


def test_the_office_sees_the_page_but_cannot_answer(app, offer):
    clerk = staff(app, factories.employee())

    html = clerk.get(address(offer)).text
    answer = clerk.post(
        address(offer),
        {"csrf_token": clerk.token("/buero/offers/new/"), "answer": "accept", "version": "1"},
    )

    assert "Vorschau für das Büro" in html
    assert "Zahlungspflichtig bestellen" not in html
    assert "Ja, verbindlich" not in clerk.get(f"{address(offer)}/ablehnen").text
    assert answer.status_code == 403
    assert state(offer) is OfferState.OPEN


# --- legal texts --------------------------------------------------------------------------------


def test_an_older_version_stays_readable_and_names_the_newer(app, guest):
    day = today()
    factories.legal_texts(day)
    add_legal_text(kind=LegalKind.TERMS, text="Neu", valid_from=day, on=day, by=ANNA)

    html = guest.get("/rechtliches/agb/1").text

    assert "der ganze Text" in html
    assert 'href="/rechtliches/agb/2"' in html


@pytest.mark.parametrize("path", ["agb/9", "unsinn/1", "agb/0", "agb/99999999999"])
def test_texts_that_do_not_exist_are_not_there(app, guest, path):
    factories.legal_texts(today())

    assert guest.get(f"/rechtliches/{path}").status_code == 404


def test_a_text_of_tomorrow_is_not_shown_today(app, guest):
    day = today()
    add_legal_text(
        kind=LegalKind.TERMS, text="Morgen", valid_from=day + timedelta(days=1),
        on=day, by=ANNA,
    )  # fmt: skip

    assert guest.get("/rechtliches/agb/1").status_code == 404


def test_the_imprint_is_there_before_anybody_has_written_one(app, guest):
    html = guest.get("/impressum").text

    assert "Petra Kuhn" in html
    assert "Am Anger 3" in html
    assert guest.get("/datenschutz").status_code == 200
