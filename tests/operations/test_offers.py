"""Offers as the office makes them: drafted, issued, corrected, taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import ConcurrentChange, DomainError, IllegalTransition
from kutego.models import (
    Activity,
    Contract,
    Enrolment,
    LegalKind,
    Message,
    Offer,
    OfferState,
    PaymentMethod,
    PositionKind,
    Rendition,
)
from kutego.operations import offers
from kutego.operations.customers import lock_customer
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer
from tests import factories
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.usefixtures("app")


def history(offer):
    rows = db.session.scalars(
        select(Activity)
        .where(Activity.subject_type == "offer", Activity.subject_id == offer.id)
        .order_by(Activity.id)
    )
    return [row.action for row in rows]


def mails(offer):
    query = select(Message).where(Message.subject_type == "offer", Message.subject_id == offer.id)
    return list(db.session.scalars(query.order_by(Message.id)))


def correct(offer, *lines, **values):
    defaults = {"payment_method": offer.payment_method, "valid_until": offer.valid_until}
    return offers.save_offer(
        offer.customer, offer=offer, positions=list(lines), on=DAY, by=ANNA, **defaults | values
    )


def test_a_draft_has_no_number_no_page_and_tells_nobody():
    course = factories.course_date(capacity=1)
    dog = factories.participant()
    line = factories.line(kind=PositionKind.COURSE, participant_id=dog.id, course_date_id=course.id)

    draft = factories.offer_draft(line, of=dog.customer)

    assert (draft.number, draft.token, draft.version) == (None, None, 0)
    assert draft.total == Decimal("49.00")
    assert db.session.scalar(select(Message)) is None
    assert db.session.scalar(select(Enrolment)) is None


def test_an_issued_offer_has_a_number_of_its_own_range_a_secret_page_and_a_frozen_version():
    offer = factories.offer(text="Wie besprochen.", valid_until=date(2026, 12, 4))

    assert offer.number == "A-2026-0001"
    assert len(offer.token) >= 43  # 32 bytes
    [version] = offer.versions
    assert version.snapshot["document"] == "offer"
    assert version.snapshot["intro"] == "Wie besprochen."
    assert version.snapshot["valid_until"] == "2026-12-04"
    assert version.snapshot["gross"] == "49.00"
    assert [row.name for row in db.session.scalars(select(Rendition))] == [
        "Angebot A-2026-0001.pdf"
    ]
    assert history(offer) == ["offer.drafted", "offer.issued"]


def test_the_customer_gets_a_mail_with_pdf_and_link():
    offer = factories.offer()

    [mail] = mails(offer)
    assert mail.recipient == offer.customer.email
    assert f"/angebot/{offer.token}" in mail.body
    assert len(mail.attachments) == 1


def test_an_offer_can_be_issued_without_a_mail():
    offer = factories.offer(send_mail=False)

    assert offer.state is OfferState.OPEN
    assert mails(offer) == []


def test_without_a_last_day_an_offer_holds_as_long_as_the_settings_say():
    offer = factories.offer()

    assert offer.valid_until == DAY + timedelta(days=14)


def test_an_offer_is_issued_once():
    offer = factories.offer()

    with pytest.raises(DomainError, match="schon ausgestellt"):
        offers.issue_offer(offer, on=DAY, by=ANNA)


def test_offers_wait_for_the_legal_texts_and_say_which_are_missing():
    draft = factories.offer_draft()

    with pytest.raises(DomainError, match="AGB, Datenschutzhinweise, Widerrufsbelehrung") as no:
        offers.issue_offer(draft, on=DAY, by=ANNA)

    assert "Rechtstexte" in str(no.value)
    assert draft.number is None


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"valid_until": DAY - timedelta(days=1)}, "mindestens bis heute"),
        ({"valid_until": date(2099, 1, 1)}, "höchstens zwei Jahre"),
        ({"text": "x" * 20_001}, "20000 Zeichen"),
        ({"text": "a\0b"}, "Zeichen"),
    ],
)
def test_what_cannot_be_offered_is_refused(values, why):
    with pytest.raises(DomainError, match=why):
        factories.offer_draft(**values)

    assert db.session.scalar(select(Offer)) is None


def test_a_deduction_that_would_make_an_invoice_below_zero_is_refused():
    of = factories.customer()
    dog = factories.participant(of)
    contract = factories.line(
        kind=PositionKind.COURSE,
        participant_id=dog.id,
        course_date_id=factories.running_course().id,
        term_template_id=factories.term_template().id,
    )

    with pytest.raises(DomainError, match="eigene Rechnung"):
        factories.offer_draft(contract, factories.line("-10.00"), of=of)


def test_a_locked_customer_gets_no_offer():
    draft = factories.offer_draft()
    factories.legal_texts()
    lock_customer(draft.customer, reason="zahlt nicht", on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="gesperrt"):
        offers.issue_offer(draft, on=DAY, by=ANNA)


def test_without_an_address_an_offer_is_not_mailed():
    of = factories.customer(email=None)
    factories.legal_texts()
    draft = factories.offer_draft(of=of)

    with pytest.raises(DomainError, match="keine E-Mail-Adresse"):
        offers.issue_offer(draft, on=DAY, by=ANNA)


def test_correcting_an_open_offer_makes_a_new_version_and_keeps_the_old_one():
    offer = factories.offer(factories.line("49.00"))
    token = offer.token

    correct(offer, factories.line("59.00"), text="Neu gerechnet", send_mail=True)

    assert offer.number == "A-2026-0001"
    assert offer.token == token
    first, second = offer.versions
    assert (first.number, first.total) == ("A-2026-0001", Decimal("49.00"))
    assert (second.number, second.total) == ("A-2026-0001-2", Decimal("59.00"))
    assert history(offer)[-1] == "offer.edited"
    assert [mail.template for mail in mails(offer)] == ["offer_issued", "offer_new_version"]


def test_an_expired_offer_lives_again_with_a_new_last_day():
    offer = factories.offer(valid_until=DAY - timedelta(days=3), on=DAY - timedelta(days=10))
    assert offer.is_expired(DAY)

    correct(offer, factories.line(), valid_until=DAY)

    assert not offer.is_expired(DAY)


def test_two_clerks_cannot_overwrite_each_other():
    offer = factories.offer()
    revision = offer.revision
    correct(offer, factories.line("59.00"), revision=revision)

    with pytest.raises(ConcurrentChange):
        correct(offer, factories.line("69.00"), revision=revision)

    assert offer.total == Decimal("59.00")


def test_a_withdrawn_offer_stays_and_can_be_neither_edited_nor_withdrawn_again():
    offer = factories.offer()

    offers.withdraw_offer(offer, reason="Kurs verschoben", notify=True, on=DAY, by=ANNA)

    assert offer.state is OfferState.WITHDRAWN
    assert [mail.template for mail in mails(offer)] == ["offer_issued", "offer_withdrawn"]
    with pytest.raises(IllegalTransition):
        offers.withdraw_offer(offer, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="Zurückgezogen"):
        correct(offer, factories.line())


def test_the_reason_of_a_withdrawal_can_be_erased_later():
    offer = factories.offer()

    offers.withdraw_offer(offer, reason="Streit mit Herrn Müller", on=DAY, by=ANNA)

    entry = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert "reason" not in entry.facts
    assert entry.detail.facts == {"reason": "Streit mit Herrn Müller"}


def test_an_answered_offer_cannot_be_withdrawn():
    offer = factories.offer()
    accept(offer)

    with pytest.raises(IllegalTransition):
        offers.withdraw_offer(offer, on=DAY, by=ANNA)


def test_only_a_draft_can_be_deleted():
    draft = factories.offer_draft()
    offer = factories.offer()

    offers.delete_draft(draft, on=DAY, by=ANNA)

    assert db.session.scalars(select(Offer)).all() == [offer]
    with pytest.raises(DomainError, match="zurückziehen"):
        offers.delete_draft(offer, on=DAY, by=ANNA)


def test_deleting_a_draft_leaves_no_gap_in_the_numbers():
    offers.delete_draft(factories.offer_draft(), on=DAY, by=ANNA)

    assert factories.offer().number == "A-2026-0001"


def test_an_offer_is_sent_again_to_its_own_or_to_the_present_address():
    offer = factories.offer()
    old = offer.customer.email
    save_record(offer.customer, {"email": "neu@example.org"}, by=ANNA)

    own = offers.resend_offer(offer, on=DAY, by=ANNA)
    present = offers.resend_offer(offer, to_current=True, on=DAY, by=ANNA)

    assert (own.recipient, present.recipient) == (old, "neu@example.org")


def test_what_is_over_is_not_sent_again():
    offer = factories.offer(valid_until=DAY)

    with pytest.raises(DomainError, match="abgelaufen"):
        offers.resend_offer(offer, on=DAY + timedelta(days=1), by=ANNA)
    offers.withdraw_offer(offer, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="offenes"):
        offers.resend_offer(offer, on=DAY, by=ANNA)


def test_a_copy_is_a_draft_with_the_same_lines():
    offer = factories.offer(
        factories.line("49.00", text="Eins"),
        factories.line("9.90", text="Zwei"),
        text="Guten Tag",
        payment_method=PaymentMethod.PAYPAL,
    )

    copy = offers.copy_offer(offer, on=DAY, by=ANNA)

    assert (copy.state, copy.number, copy.total) == (OfferState.DRAFT, None, Decimal("58.90"))
    assert [line.text for line in copy.positions] == ["Eins", "Zwei"]
    assert (copy.text, copy.payment_method) == ("Guten Tag", PaymentMethod.PAYPAL)


def test_a_contract_in_an_offer_says_what_it_binds_to():
    of = factories.customer()
    dog = factories.participant(of)
    line = factories.line(
        kind=PositionKind.COURSE,
        participant_id=dog.id,
        course_date_id=factories.running_course().id,
        term_template_id=factories.term_template(minimum_months=6, notice_months=1).id,
        starts_on=date(2026, 12, 1),
    )

    offer = factories.offer(line, of=of)

    assert offer.versions[0].snapshot["positions"][0]["detail"] == (
        "Bello · 01.12.2026 bis 31.12.2026\n"
        "Vertrag, jeden Monat im Voraus zu zahlen; Beginn am 01.12.2026; "
        "Mindestlaufzeit 6 Monate; kündbar mit einer Frist von 1 Monat"
    )
    assert db.session.scalar(select(Contract)) is None


def accept(offer, **values):
    texts = {kind: text.id for kind, text in offers.consent_texts(DAY).items()}
    with clock.at(clock.noon(DAY)):
        return accept_offer(
            offer, **{"version": offer.version, "consents": texts, "on": DAY} | values
        )


def test_the_imprint_is_not_agreed_to():
    factories.legal_texts()

    assert LegalKind.IMPRINT not in offers.consent_texts(DAY)
