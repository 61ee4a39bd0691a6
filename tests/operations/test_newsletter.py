"""The consent log of the newsletter (spec COM-14, CUS-22, LAW-07)."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import ConsentAction, ConsentSource, Message, NewsletterConsent
from kutego.operations import newsletter
from kutego.operations.customers import lock_customer
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY

NOON = clock.noon(DAY)


def ask(customer, **more):
    return newsletter.ask_consent(customer, on=DAY, by=ANNA, **more)


def confirm(asked, **more):
    return newsletter.confirm_consent(asked, on=DAY, **more)


def on_paper(customer, given_on=DAY, note="Ordner Anmeldungen 2026"):
    return newsletter.record_consent(
        customer, given_on=given_on, source=ConsentSource.PAPER, note=note, on=DAY, by=ANNA
    )


def log_of(customer):
    lines = select(NewsletterConsent).where(NewsletterConsent.customer_id == customer.id)
    return [line.action for line in db.session.scalars(lines.order_by(NewsletterConsent.id))]


def test_nobody_is_subscribed_before_the_link_in_the_mail_was_confirmed(app):
    with clock.at(NOON):
        eva = factories.customer(email="eva@example.org")
        asked = ask(eva)

        mail = db.session.scalars(select(Message)).one()
        assert mail.recipient == "eva@example.org"
        assert f"/newsletter/bestaetigen/{asked.token}" in mail.body
        assert "Hundeschule Pfotenglück" in asked.text
        assert not eva.newsletter
        assert len(asked.token) >= 40

        consent = confirm(asked, ip="203.0.113.9")
        again = confirm(asked, ip="203.0.113.10")

    assert again.id == consent.id
    assert eva.newsletter
    assert newsletter.is_subscribed(eva)
    assert log_of(eva) == [ConsentAction.ASKED, ConsentAction.CONFIRMED]
    assert (consent.ip, consent.at, consent.given_on) == ("203.0.113.9", NOON, DAY)
    assert (consent.source, consent.address) == (ConsentSource.LINK, "eva@example.org")
    assert consent.text == asked.text


def test_a_link_dies_with_its_time_its_address_and_the_withdrawal(app):
    late, moved, gone, locked = (factories.customer() for _ in range(4))
    with clock.at(NOON):
        links = {c.id: ask(c) for c in (late, moved, gone, locked)}
        save_record(moved, {"email": "neu@example.org"}, by=ANNA)
        on_paper(gone)
        newsletter.withdraw_consent(gone, on=DAY, by=ANNA)
        lock_customer(locked, reason="Hausverbot", on=DAY, by=ANNA)
        for customer in (moved, gone, locked):
            with pytest.raises(DomainError, match="gilt nicht mehr"):
                confirm(links[customer.id])
    too_late = clock.at(NOON + newsletter.VALID + timedelta(seconds=1))
    with too_late, pytest.raises(DomainError, match="gilt nicht mehr"):
        confirm(links[late.id])

    assert not any(c.newsletter for c in (late, moved, gone, locked))


def test_a_consent_counts_for_the_address_it_was_given_for(app):
    with clock.at(NOON):
        eva = factories.customer()
        on_paper(eva)
        assert newsletter.is_subscribed(eva)

        save_record(eva, {"email": "eva.neu@example.org"}, by=ANNA)

        assert not newsletter.is_subscribed(eva)
        confirm(ask(eva))
        assert newsletter.is_subscribed(eva)


def test_the_office_notes_a_consent_on_paper_with_its_day_and_where_the_form_lies(app):
    eva = factories.customer()
    consent = on_paper(eva, given_on=date(2026, 9, 1))
    assert (consent.given_on, consent.note) == (date(2026, 9, 1), "Ordner Anmeldungen 2026")
    assert consent.recorded_by == "Anna Büro"

    with pytest.raises(DomainError, match="bekommt den Newsletter schon"):
        on_paper(eva)
    newsletter.withdraw_consent(eva, note="am Telefon", on=DAY, by=ANNA)
    assert not eva.newsletter
    with pytest.raises(DomainError, match="bekommt keinen Newsletter"):
        newsletter.withdraw_consent(eva, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match=r"hat sich am 23\.11\.2026 abgemeldet"):
        on_paper(eva, given_on=date(2026, 11, 22))
    on_paper(eva)
    assert eva.newsletter


def test_what_cannot_be_proved_or_reached_is_refused(app):
    eva, silent = factories.customer(), factories.customer(email=None)
    with pytest.raises(DomainError, match="in der Zukunft"):
        on_paper(eva, given_on=date(2026, 11, 24))
    with pytest.raises(DomainError, match="wo der Nachweis"):
        on_paper(eva, note="  ")
    for call in (ask, on_paper):
        with pytest.raises(DomainError, match="E-Mail-Adresse"):
            call(silent)
    lock_customer(eva, reason="Hausverbot", on=DAY, by=ANNA)
    for call in (ask, on_paper):
        with pytest.raises(DomainError, match="gesperrt"):
            call(eva)

    assert log_of(eva) == log_of(silent) == []


def test_the_mail_that_asks_carries_no_advertising_and_no_way_to_subscribe_by_accident(app):
    ask(factories.customer())

    mail = db.session.scalars(select(Message)).one()
    assert mail.unsubscribe_path is None
    assert len(re.findall("https?://", mail.body)) == 1
