"""Offers in the office: the list, the record, and the form."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.models import (
    LegalKind,
    Message,
    Offer,
    OfferState,
    OfferStatus,
    PositionKind,
    Role,
    offer_status_is,
)
from kutego.operations import offers
from kutego.operations.offer_answers import accept_offer, decline_offer
from kutego.operations.offer_versions import consent_texts
from tests import factories
from tests.factories import ANNA
from tests.views.test_position_form import line, scalar, send
from tests.views.visitor import staff


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def accepted(*lines, of=None):
    day = clock.today()
    offer = factories.offer(*lines, of=of, on=day)
    texts = {kind: text.id for kind, text in consent_texts(day).items()}
    accept_offer(offer, version=1, consents=texts, on=day)
    return offer


def one_of_each():
    day = clock.today()
    made = {
        OfferStatus.EXPIRED: factories.offer(
            of=factories.customer(), on=day - timedelta(9), valid_until=day - timedelta(1)
        ),
        OfferStatus.OPEN: factories.offer(on=day, valid_until=day),
        OfferStatus.DRAFT: factories.offer_draft(on=day),
        OfferStatus.ACCEPTED: accepted(),
        OfferStatus.DECLINED: factories.offer(on=day),
        OfferStatus.WITHDRAWN: factories.offer(on=day),
    }
    decline_offer(made[OfferStatus.DECLINED], version=1, on=day)
    offers.withdraw_offer(made[OfferStatus.WITHDRAWN], on=day, by=ANNA)
    return made


def test_an_offer_is_written_issued_and_mailed(clerk):
    customer = factories.customer()
    factories.legal_texts(clock.today())
    fields = {"text": "Guten Tag", "valid_until": clock.today().isoformat(), "send_mail": "1"}

    answer = send(
        clerk, f"/buero/offers/new/?customer={customer.id}", line(0), do="issue", **fields
    )

    offer = scalar(select(Offer))
    assert answer.location == f"/buero/offers/{offer.id}/"
    assert (offer.state, offer.total) == (OfferState.OPEN, Decimal("49.00"))
    assert (offer.text, offer.valid_until) == ("Guten Tag", clock.today())
    assert scalar(select(Message.template)) == "offer_issued"


def test_without_legal_texts_the_form_says_what_to_do_and_loses_nothing(clerk):
    customer = factories.customer()
    fields = {"text": "Guten Tag", "valid_until": clock.today().isoformat()}

    answer = send(
        clerk, f"/buero/offers/new/?customer={customer.id}", line(0), do="issue", **fields
    )

    assert answer.status_code == 422
    assert "Rechtstexte" in answer.text
    assert "Guten Tag" in answer.text
    assert 'value="Beratung"' in answer.text
    assert scalar(select(func.count(Offer.id))) == 0


def test_an_open_offer_is_corrected_by_a_new_version(clerk):
    offer = factories.offer(on=clock.today())
    path = f"/buero/offers/{offer.id}/edit/"
    assert "muss er sie neu lesen" in clerk.get(path).text

    send(
        clerk, path, line(0, key="p1", unit_price="59"), do="correct",
        valid_until=clock.today().isoformat(),
    )  # fmt: skip

    db.session.rollback()
    assert [version.total for version in offer.versions] == [Decimal("49.00"), Decimal("59.00")]


def test_the_status_is_the_same_in_sql_and_for_one_record(app):
    made = one_of_each()

    for status, offer in made.items():
        assert offer.status(clock.today()) is status
        found = db.session.scalars(select(Offer).where(offer_status_is(status, clock.today())))
        assert found.all() == [offer]


@pytest.mark.parametrize("status", list(OfferStatus))
def test_the_list_can_be_narrowed_to_a_status(app, clerk, status):
    made = one_of_each()

    html = clerk.get(f"/buero/offers/?f.status={status.value}").text

    for other, offer in made.items():
        assert (f'href="/buero/offers/{offer.id}/"' in html) is (other is status)


@pytest.mark.parametrize("status", list(OfferStatus))
def test_a_record_shows_only_the_buttons_it_allows(app, clerk, status):
    offer = one_of_each()[status]

    html = clerk.get(f"/buero/offers/{offer.id}/").text

    allowed = {
        OfferStatus.DRAFT: {"edit", "issue-offer", "copy-offer", "delete-draft"},
        OfferStatus.OPEN: {"edit", "resend-offer", "copy-offer", "withdraw-offer"},
        OfferStatus.EXPIRED: {"edit", "copy-offer", "withdraw-offer"},
    }.get(status, {"copy-offer"})
    names = ("edit", "issue-offer", "resend-offer", "copy-offer", "withdraw-offer", "delete-draft")
    shown = {name for name in names if f"/buero/offers/{offer.id}/{name}/" in html}
    assert shown == allowed


def test_what_an_acceptance_made_stands_in_the_head_and_links_to_it(clerk):
    of = factories.customer()
    contract = factories.line(
        kind=PositionKind.COURSE,
        participant_id=factories.participant(of).id,
        course_date_id=factories.running_course().id,
        term_template_id=factories.term_template().id,
    )
    offer = accepted(contract, factories.line("19.90"), of=of)

    html = clerk.get(f"/buero/offers/{offer.id}/").text

    for number in ("R-2026-00001", "R-2026-00002"):
        assert number in html
    assert "Rechnung" in clerk.get(f"/buero/offers/{offer.id}/invoices/").text


def test_the_record_links_to_the_page_of_the_customer_and_tells_the_history(clerk):
    offer = factories.offer(on=clock.today())

    html = clerk.get(f"/buero/offers/{offer.id}/").text

    assert f'href="/angebot/{offer.token}"' in html
    assert "hat das Angebot A-" in html
    for tab in ("positions", "versions", "messages"):
        assert clerk.get(f"/buero/offers/{offer.id}/{tab}/").status_code == 200


def test_the_record_proves_what_the_customer_agreed_to(clerk):
    offer = accepted()

    html = clerk.get(f"/buero/offers/{offer.id}/").text

    for kind in (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL):
        assert f"{kind.label}, Version 1" in html


def test_an_offer_is_withdrawn_with_a_reason(clerk):
    offer = factories.offer(on=clock.today())
    path = f"/buero/offers/{offer.id}/withdraw-offer/"

    clerk.send(path, reason="Kurs verschoben", notify="1")

    assert scalar(select(Offer.state)) is OfferState.WITHDRAWN
    templates = db.session.scalars(select(Message.template).order_by(Message.id)).all()
    assert templates == ["offer_issued", "offer_withdrawn"]


def test_an_answered_offer_has_no_form(clerk):
    offer = accepted()

    answer = clerk.get(f"/buero/offers/{offer.id}/edit/")

    assert answer.status_code == 409
    assert "bleibt, wie es ist" in answer.text


def test_who_may_not_write_offers_gets_no_form(app):
    offer = factories.offer(on=clock.today())
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))

    for path in ("", "new/", f"{offer.id}/", f"{offer.id}/edit/", f"{offer.id}/withdraw-offer/"):
        assert teacher.get(f"/buero/offers/{path}").status_code == 403
