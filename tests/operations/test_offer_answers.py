"""The customer's answer: all or nothing, once, and not after the offer is over."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import (
    Activity,
    Contract,
    DepositKind,
    Enrolment,
    Invoice,
    InvoiceOrigin,
    LegalKind,
    Message,
    Offer,
    OfferDecision,
    OfferState,
    PaymentMethod,
    PositionKind,
    TaxMode,
    company,
)
from kutego.operations import credit, offers
from kutego.operations.customers import lock_customer
from kutego.operations.legal_texts import add_legal_text
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer, decline_offer
from kutego.operations.offer_consents import MissingConsent
from kutego.operations.offer_payments import payment_choices
from kutego.operations.offer_versions import consent_texts
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_processes


def agreed(on=DAY):
    return {kind: text.id for kind, text in consent_texts(on).items()}


def accept(offer, **values):
    day = values.get("on", DAY)
    with clock.at(clock.noon(day)):
        defaults = {"version": offer.version, "consents": agreed(day), "on": day}
        return accept_offer(offer, **defaults | values)


def decline(offer, **values):
    with clock.at(clock.noon(values.get("on", DAY))):
        return decline_offer(offer, **{"version": offer.version, "on": DAY} | values)


def invoices(offer):
    query = select(Invoice).where(Invoice.offer_id == offer.id).order_by(Invoice.id)
    return list(db.session.scalars(query))


def mails(offer, template):
    query = select(Message).where(
        Message.subject_type == "offer",
        Message.subject_id == offer.id,
        Message.template == template,
    )
    return list(db.session.scalars(query))


def course_line(of, price="49.00", **values):
    dog = factories.participant(of)
    defaults = {"kind": PositionKind.COURSE, "participant_id": dog.id}
    return factories.line(price, **defaults | values)


# --- accepting ----------------------------------------------------------------------------------


def test_accepting_makes_an_invoice_and_confirms_it_in_one_mail(app):
    offer = factories.offer(factories.line("49.00"))

    decision = accept(offer, address="203.0.113.7")

    assert offer.state is OfferState.ACCEPTED
    [invoice] = invoices(offer)
    assert (invoice.origin, invoice.total) == (InvoiceOrigin.OFFER, Decimal("49.00"))
    [mail] = mails(offer, "offer_accepted")
    assert len(mail.attachments) == 3  # the offer, the invoice as PDF and as XML
    assert invoice.number in mail.body
    texts = consent_texts(DAY)
    assert (decision.terms_id, decision.privacy_id, decision.withdrawal_id) == tuple(
        texts[kind].id for kind in (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL)
    )
    assert (decision.address, decision.version) == ("203.0.113.7", 1)


def test_the_confirmation_holds_the_texts_the_customer_agreed_to(app):
    offer = factories.offer()

    accept(offer)

    body = mails(offer, "offer_accepted")[0].body
    for kind in (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL):
        assert f"{kind.label}: der ganze Text." in body


def test_each_contract_has_an_invoice_of_its_own_and_the_rest_shares_one(app):
    of = factories.customer()
    term, running = factories.term_template(), factories.running_course()
    other = factories.running_course(title="Agility")
    lines = [
        course_line(of, "49.00", course_date_id=running.id, term_template_id=term.id),
        factories.line("19.90", text="Leine"),
        course_line(of, "59.00", course_date_id=other.id, term_template_id=term.id),
        course_line(of, "149.00", course_date_id=factories.course_date().id),
    ]
    offer = factories.offer(*lines, of=of)

    accept(offer)

    assert sorted(invoice.total for invoice in invoices(offer)) == [
        Decimal("49.00"),
        Decimal("59.00"),
        Decimal("168.90"),
    ]
    contracts = db.session.scalars(select(Contract)).all()
    assert sorted(contract.price for contract in contracts) == [Decimal("49.00"), Decimal("59.00")]
    assert {contract.offer_id for contract in contracts} == {offer.id}
    assert db.session.scalar(select(func.count(Enrolment.id))) == 3
    assert len(mails(offer, "offer_accepted")[0].attachments) == 7


def test_a_full_course_takes_the_customer_of_an_offer_all_the_same(app):
    of = factories.customer()
    course = factories.full_course()
    offer = factories.offer(course_line(of, course_date_id=course.id), of=of)

    accept(offer)

    assert db.session.scalar(select(func.count(Enrolment.id))) == course.capacity + 1


def test_a_participant_who_is_there_already_gets_a_second_place(app):
    of = factories.customer()
    course = factories.course_date()
    line = course_line(of, course_date_id=course.id)
    factories.invoice(line, of=of)
    offer = factories.offer(line, of=of)

    accept(offer)

    assert db.session.scalar(select(func.count(Enrolment.id))) == 2


def test_prices_are_those_of_the_offer_whatever_the_course_costs_now(app):
    of = factories.customer()
    course = factories.course_date(price=Decimal("149.00"))
    offer = factories.offer(course_line(of, "129.00", course_date_id=course.id), of=of)
    save_record(course, {"price": Decimal("199.00")}, by=ANNA)

    accept(offer)

    assert invoices(offer)[0].total == Decimal("129.00")


def test_existing_credit_is_set_off(app):
    of = factories.customer()
    credit.deposit_credit(
        of, amount=Decimal("20.00"), kind=DepositKind.GOODWILL, received_on=DAY, on=DAY, by=ANNA
    )
    offer = factories.offer(factories.line("49.00"), of=of)

    accept(offer)

    assert invoices(offer)[0].open_amount == Decimal("29.00")
    assert of.credit == Decimal("0.00")


def test_the_customer_pays_as_offered_or_as_allowed_unless_the_method_is_fixed(app):
    factories.change_company(payment_methods=["bank_transfer", "paypal"])
    free = factories.offer(payment_method=PaymentMethod.PAYPAL)
    fixed = factories.offer(payment_method=PaymentMethod.PAYPAL, method_locked=True)
    assert payment_choices(free) == [PaymentMethod.PAYPAL, PaymentMethod.BANK_TRANSFER]
    assert payment_choices(fixed) == [PaymentMethod.PAYPAL]

    accept(free, payment_method=PaymentMethod.BANK_TRANSFER)
    with pytest.raises(DomainError, match="Zahlungsart"):
        accept(fixed, payment_method=PaymentMethod.BANK_TRANSFER)

    assert invoices(free)[0].payment_method is PaymentMethod.BANK_TRANSFER
    assert fixed.state is OfferState.OPEN


def test_the_history_names_the_customer_by_no_name(app):
    offer = factories.offer()

    accept(offer)

    entry = db.session.scalar(select(Activity).where(Activity.action == "offer.accepted"))
    assert entry.actor == "Kunde (online)"
    assert entry.facts["invoices"] == [invoices(offer)[0].number]


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL])
def test_each_text_has_to_be_agreed_to(app, missing):
    offer = factories.offer()

    with pytest.raises(MissingConsent) as refused:
        accept(offer, consents=agreed() | {missing: None})

    assert refused.value.kinds == (missing,)
    nothing_happened(offer)


def test_who_has_read_an_older_text_reads_the_new_one_first(app):
    offer = factories.offer()
    read = agreed()
    add_legal_text(kind=LegalKind.TERMS, text="Neu", valid_from=DAY, on=DAY, by=ANNA)

    with pytest.raises(ConcurrentChange, match="neue Fassung: AGB"):
        accept(offer, consents=read)

    nothing_happened(offer)


def test_who_has_read_an_older_version_reads_the_new_one_first(app):
    offer = factories.offer()
    offers.save_offer(
        offer.customer, offer=offer, positions=[factories.line("59.00")], on=DAY, by=ANNA,
        payment_method=offer.payment_method, valid_until=offer.valid_until,
    )  # fmt: skip

    with pytest.raises(ConcurrentChange, match="inzwischen geändert"):
        accept(offer, version=1)
    with pytest.raises(ConcurrentChange, match="inzwischen geändert"):
        decline(offer, version=1)

    nothing_happened(offer)


def test_an_answer_is_final(app):
    accepted, declined = factories.offer(), factories.offer()
    accept(accepted)
    decline(declined)

    for offer in (accepted, declined):
        for answer in (accept, decline):
            with pytest.raises(DomainError, match="nicht mehr offen"):
                answer(offer)

    assert len(invoices(accepted)) == 1
    assert invoices(declined) == []


def test_a_declined_offer_costs_nothing_and_is_confirmed(app):
    offer = factories.offer()

    decline(offer, address="203.0.113.7")

    assert offer.state is OfferState.DECLINED
    assert offer.decision.decision is OfferState.DECLINED
    assert offer.decision.terms_id is None
    assert len(mails(offer, "offer_declined")) == 1


def test_the_last_day_counts_and_the_next_does_not(app):
    good = factories.offer(valid_until=DAY)
    late = factories.offer(valid_until=DAY)

    accept(good, on=DAY)
    with pytest.raises(DomainError, match="nicht mehr offen"):
        accept(late, on=DAY + timedelta(days=1))
    with pytest.raises(DomainError, match="nicht mehr offen"):
        decline(late, on=DAY + timedelta(days=1))

    nothing_happened(late)


@pytest.mark.parametrize("end", ["withdrawn", "draft"])
def test_only_an_open_offer_is_answered(app, end):
    if end == "draft":
        factories.legal_texts()
        offer = factories.offer_draft()
    else:
        offer = factories.offer()
        offers.withdraw_offer(offer, on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="nicht mehr offen"):
        accept(offer)

    nothing_happened(offer)


def test_a_locked_customer_cannot_accept(app):
    offer = factories.offer()
    lock_customer(offer.customer, reason="zahlt nicht", on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="nicht online") as refused:
        accept(offer)

    assert "gesperrt" not in str(refused.value)
    nothing_happened(offer)


def test_what_we_could_not_keep_today_is_not_accepted(app):
    of = factories.customer()
    term = factories.term_template(minimum_months=3)
    cancelled = factories.course_date()
    gone = factories.offer(course_line(of, course_date_id=cancelled.id), of=of)
    changed = factories.offer(
        course_line(of, course_date_id=factories.running_course().id, term_template_id=term.id),
        of=of,
    )
    save_record(cancelled, {"state": "cancelled"}, by=ANNA)
    save_record(term, {"minimum_months": 12}, by=ANNA)

    for offer in (gone, changed):
        with pytest.raises(DomainError, match="nicht online"):
            accept(offer)
        nothing_happened(offer)


def test_an_offer_whose_total_would_be_another_today_is_not_accepted(app):
    save_record(company(), {"prices": "net"}, by=ANNA)
    offer = factories.offer(factories.line("100.00"))
    save_record(company(), {"tax_mode": TaxMode.SMALL_BUSINESS}, by=ANNA)

    with pytest.raises(DomainError, match="nicht online"):
        accept(offer)

    nothing_happened(offer)


def nothing_happened(offer):
    assert offer.state in (OfferState.OPEN, OfferState.WITHDRAWN, OfferState.DRAFT)
    assert invoices(offer) == []
    assert db.session.scalar(select(OfferDecision)) is None or offer.decision is None
    assert mails(offer, "offer_accepted") == []


# --- races --------------------------------------------------------------------------------------


def run_at_once(app, *calls):
    """Each call in a thread of its own, all let go at the same moment; their results in order."""
    start = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def work(place, call):
        with app.app_context():
            start.wait()
            try:
                results[place] = call() or "done"
            except DomainError as refusal:
                results[place] = refusal
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    return results


def accept_by_id(offer_id):
    offer = db.session.get_one(Offer, offer_id)
    assert offer.state is not None  # read before the lock, as a page does
    with clock.at(clock.noon(DAY)):
        accept_offer(offer, version=1, consents=agreed(), on=DAY)


def withdraw_by_id(offer_id):
    offers.withdraw_offer(db.session.get_one(Offer, offer_id), on=DAY, by=ANNA)


def an_offer_with_a_contract():
    of = factories.customer()
    line = course_line(
        of,
        course_date_id=factories.running_course().id,
        term_template_id=factories.term_template().id,
        starts_on=date(2026, 12, 1),
    )
    return factories.offer(line, factories.line("19.90"), of=of).id


def test_a_double_click_accepts_once(app):
    offer_id = an_offer_with_a_contract()

    results = run_at_once(app, *[lambda: accept_by_id(offer_id)] * 6)

    assert results.count("done") == 1
    assert all(isinstance(result, DomainError) for result in results if result != "done")
    offer = db.session.get_one(Offer, offer_id)
    assert len(invoices(offer)) == 2
    assert db.session.scalar(select(func.count(Contract.id))) == 1
    assert len(mails(offer, "offer_accepted")) == 1


def test_accepting_and_withdrawing_at_once_ends_in_one_of_them(app):
    for offer_id in [an_offer_with_a_contract() for _round in range(3)]:
        results = run_at_once(
            app, partial(accept_by_id, offer_id), partial(withdraw_by_id, offer_id)
        )

        assert results.count("done") == 1
        offer = db.session.get_one(Offer, offer_id)
        won = OfferState.ACCEPTED if results[0] == "done" else OfferState.WITHDRAWN
        assert offer.state is won
        assert len(invoices(offer)) == (2 if won is OfferState.ACCEPTED else 0)


def test_accepting_and_correcting_at_once_never_sells_what_was_not_read(app):
    offer_id = an_offer_with_a_contract()

    def correct():
        offer = db.session.get_one(Offer, offer_id)
        offers.save_offer(
            offer.customer, offer=offer, positions=[factories.line("9.00")], on=DAY, by=ANNA,
            payment_method=offer.payment_method, valid_until=offer.valid_until,
        )  # fmt: skip

    results = run_at_once(app, lambda: accept_by_id(offer_id), correct)

    assert results.count("done") == 1
    offer = db.session.get_one(Offer, offer_id)
    sold = sum((invoice.total for invoice in invoices(offer)), Decimal(0))
    assert sold == (Decimal("68.90") if results[0] == "done" else Decimal(0))


def process_accepts(offer_id):
    accept_by_id(offer_id)
    return "done"


def test_two_processes_accept_once(app):
    offer_id = an_offer_with_a_contract()
    db.session.remove()

    answers = in_processes(app, *[(process_accepts, offer_id)] * 2)

    assert answers.count("done") == 1
    assert len(invoices(db.session.get_one(Offer, offer_id))) == 2
