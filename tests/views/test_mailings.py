"""Mailings, the newsletter and InfoAgents as the office and their customers see them."""

import csv
import io

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.jobs import run_job
from kutego.models import (
    ConsentSource,
    CourseCategory,
    Customer,
    InfoAgent,
    InfoAgentState,
    Mailing,
    MailingKind,
    MailingRecipient,
    MailingState,
    NewsletterConsent,
    Role,
)
from kutego.operations import info_agents, mailings, newsletter
from kutego.operations.customers import lock_customer
from kutego.operations.mailing_runs import start_mailing
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import Visitor, staff


@pytest.fixture
def office(app):
    return staff(app, factories.employee())


def agree(customer):
    return newsletter.record_consent(
        customer, given_on=DAY, source=ConsentSource.PAPER, note="Formular", on=DAY, by=ANNA
    )


def newsletter_to(*customers):
    mailing = mailings.write_to_chosen(
        [c.id for c in customers], kind=MailingKind.NEWSLETTER, subject="Neues", text="Hallo",
        on=DAY, by=ANNA,
    )  # fmt: skip
    start_mailing(mailing, on=DAY, by=ANNA)
    run_job("queue_mailings", DAY)
    return mailing


def token_of(customer):
    mine = MailingRecipient.customer_id == customer.id
    return db.session.scalar(select(MailingRecipient.token).where(mine))


def is_subscribed(customer):
    db.session.rollback()  # and look anew
    return newsletter.is_subscribed(db.session.get_one(Customer, customer.id))


def test_a_selection_of_the_list_becomes_a_mailing_to_exactly_these(office):
    eva, ben, _ida = (factories.customer(first_name=name) for name in ("Eva", "Ben", "Ida"))
    lock_customer(ben, reason="Hausverbot", on=DAY, by=ANNA)
    address = f"/buero/customers/mass/write-to-chosen/?rowid={eva.id}&rowid={ben.id}"
    page = office.get(address)
    assert page.status_code == 200
    assert (
        "3 Einträge"
        in office.get("/buero/customers/mass/write-to-chosen/?all=1&query=q=Müller").text
    )

    answer = office.send(address, kind="information", subject="Hallo", text="{{ vorname }}!",
                         rowid=[str(eva.id), str(ben.id)])  # fmt: skip

    db.session.rollback()
    mailing = db.session.scalars(select(Mailing)).one()
    assert answer.location == f"/buero/mailings/{mailing.id}/"
    page = office.get(answer.location).text
    assert "2 ausgewählte Kunden" in page
    assert "<strong>1</strong> Kunde bekommt diese Mitteilung heute" in page
    assert "1 × Gesperrt" in page
    assert "Eva!" in page
    assert "Ida" not in page
    started = office.send(f"/buero/mailings/{mailing.id}/start-mailing/")
    assert started.status_code == 302
    db.session.rollback()
    run_job("queue_mailings", DAY)
    listed = office.get("/buero/mailings/").text
    assert "Wird versendet" in listed  # written is not sent
    for way in ("export", "print"):
        told = office.get(f"/buero/mailings/{way}/", buffered=True).text
        assert "Hallo" in told
        assert "Wird versendet" in told

    report = office.get(
        f"/buero/mailings/{mailing.id}/recipients/export/?f.state=left_out", buffered=True
    )
    rows = list(csv.reader(io.StringIO(report.data.decode("utf-8-sig")), delimiter=";"))
    assert [(row[0], row[-2]) for row in rows[1:]] == [("Ben Müller", "Gesperrt")]


def test_a_newsletter_is_confirmed_by_a_button_and_not_by_opening_the_link(app):
    eva, stranger = factories.customer(), Visitor(app)
    asked = newsletter.ask_consent(eva, on=clock.today(), by=ANNA)
    address = f"/newsletter/bestaetigen/{asked.token}"

    page = stranger.get(address)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert eva.email not in page.text
    assert eva.last_name not in page.text
    assert not is_subscribed(eva)

    for _twice in range(2):
        assert "Vielen Dank, Sie sind angemeldet." in stranger.post(address).text
    assert is_subscribed(eva)
    consent = newsletter.consent_of(eva)
    assert (consent.source, consent.ip) == (ConsentSource.LINK, "127.0.0.1")
    assert db.session.query(NewsletterConsent).count() == 2


def test_one_click_of_a_mail_program_ends_the_newsletter_without_cookie_or_token(app):
    eva, ben = factories.customer(), factories.customer()
    agree(eva)
    agree(ben)
    newsletter_to(eva, ben)
    address = f"/newsletter/abmelden/{token_of(eva)}"
    assert "abbestellen" in Visitor(app).get(address).text
    assert is_subscribed(eva)

    for _twice in range(2):
        answer = Visitor(app).post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert eva.email not in answer.text

    assert not is_subscribed(eva)
    assert is_subscribed(ben)
    gone = newsletter.consent_of(eva)
    assert gone.source is ConsentSource.ONE_CLICK
    assert gone.mailing_id is not None


def test_unknown_and_used_up_links_say_the_same_and_nothing_about_anybody(app):
    stranger = Visitor(app)
    pages = set()
    for address in ("/newsletter/bestaetigen/", "/newsletter/abmelden/", "/infoagent/beenden/"):
        for token in ("x" * 43, "ä%00", "' or 1=1"):
            for answer in (stranger.get(address + token), stranger.post(address + token)):
                assert answer.status_code == 404
                pages.add(answer.text)
    assert len(pages) == 1
    assert stranger.get("/newsletter/abmelden/beispiel").status_code == 200


def test_the_office_may_look_at_a_customers_link_but_not_decide(app, office):
    eva = factories.customer()
    agree(eva)
    newsletter_to(eva)
    address = f"/newsletter/abmelden/{token_of(eva)}"

    assert "Vorschau für das Büro" in office.get(address).text
    assert office.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 403
    assert is_subscribed(eva)


def test_an_info_agent_is_made_in_the_record_and_ended_by_its_link(app, office):
    eva = factories.customer()
    topic = save_record(CourseCategory(), {"name": "Welpen"}, by=ANNA)
    address = f"/buero/customers/{eva.id}/info_agents/"
    refused = office.send(f"{address}do/create-agent/")
    assert "Kategorie oder einen Standort" in refused.text
    office.send(f"{address}do/create-agent/", category=str(topic.id), weekday="6")
    db.session.rollback()
    agent = db.session.scalars(select(InfoAgent)).one()
    assert "Welpen" in office.get(address).text

    link = f"{info_agents.END}{agent.token}"
    stranger = Visitor(app)
    assert stranger.get(link).status_code == 200
    assert db.session.get(InfoAgent, agent.id).state is InfoAgentState.ACTIVE
    stranger.post(link, {"List-Unsubscribe": "One-Click"})
    db.session.rollback()
    assert db.session.get(InfoAgent, agent.id).state is InfoAgentState.ENDED


def test_the_details_say_since_when_and_how_the_newsletter_was_agreed_to(office):
    eva = factories.customer(email="alt@example.org")
    agree(eva)
    page = f"/buero/customers/{eva.id}/"
    assert "Eingewilligt am 23.11.2026 (Unterschriebenes Formular)" in office.get(page).text
    save_record(eva, {"email": "neu@example.org"}, by=ANNA)
    assert "kein Versand an die neue Adresse" in office.get(page).text
    assert 'name="newsletter"' not in office.get(f"{page}edit/").text  # only the log decides


def test_instructors_neither_write_to_many_nor_read_of_consents(app):
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))
    eva = factories.customer()
    mailing = mailings.write_to_chosen(
        [eva.id], kind=MailingKind.INFORMATION, subject="x", text="x", on=DAY, by=ANNA
    )
    for address in (
        "mailings/", f"mailings/{mailing.id}/", f"mailings/{mailing.id}/start-mailing/",
        f"mailings/{mailing.id}/recipients/export/", "newsletter/", "info_agents/",
        f"customers/mass/write-to-chosen/?rowid={eva.id}", f"customers/{eva.id}/info_agents/",
        f"customers/{eva.id}/ask-newsletter/", f"customers/{eva.id}/record-consent/",
    ):  # fmt: skip
        assert teacher.get(f"/buero/{address}").status_code == 403, address
    assert mailing.state is MailingState.DRAFT
