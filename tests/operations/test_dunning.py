"""Dunning by the clock: reminder, notice, fee, letter, and everything that keeps it back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Automation,
    BaseRate,
    Channel,
    CustomerState,
    DunningEntry,
    DunningNotice,
    DunningStage,
    MailSecurity,
    Message,
    MessageState,
    PaymentMethod,
    PositionKind,
    StageKind,
    Task,
)
from kutego.operations.attachments import attached
from kutego.operations.cancellations import cancel_positions
from kutego.operations.delivery import deliver_due
from kutego.operations.documents import renditions_of
from kutego.operations.dunning import (
    dun_customer,
    dun_invoice,
    refusal,
    resume_customer_dunning,
    resume_dunning,
    send_due_letters,
    stop_customer_dunning,
    stop_dunning,
)
from kutego.operations.dunning_fees import add_dunning_fee, defer_invoice, resume_place
from kutego.operations.dunning_plan import letters
from kutego.operations.dunning_runs import ensure_standard_run, make_standard
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input
from kutego.operations.master_data import save_record
from kutego.operations.payments import record_payment
from kutego.operations.verification import verify
from kutego.rendering.invoice_xml import to_cii
from tests import factories
from tests.factories import ANNA, DAY
from tests.mailserver import running
from tests.rendering.en16931 import broken_rules

DUE = DAY + timedelta(days=14)
_years = count()


def due(days):
    return DUE + timedelta(days=days)


@pytest.fixture
def run(app):
    """The standard run: reminder after 7 days, notices after 21 and, with 5 euros, after 35."""
    return ensure_standard_run(by=ANNA)


def planned(on):
    return {i.invoice_id: i.stage.name for letter in letters(on) for i in letter.items}


def send(customer, on, automatic=False):
    with clock.at(clock.noon(on)):
        return send_due_letters(customer, automatic=automatic, on=on, by=ANNA)


def pay(invoice, amount, on=DAY):
    return record_payment(
        invoice, amount=Decimal(amount), method=PaymentMethod.BANK_TRANSFER, paid_on=on,
        on=on, by=ANNA,
    )  # fmt: skip


def mails():
    query = select(Message).where(Message.template == "dunning")
    return db.session.scalars(query.order_by(Message.id)).all()


def stage(run, days):
    return next(s for s in run.stages if s.days == days)


def change(record, **values):
    return save_record(record, values, by=ANNA)


def test_an_invoice_goes_from_stage_to_stage_by_its_due_date(run):
    invoice = factories.invoice()
    customer = invoice.customer

    assert planned(due(6)) == {}
    assert planned(due(7)) == {invoice.id: "Zahlungserinnerung"}
    [reminder] = send(customer, due(7))
    assert (reminder.kind, reminder.claimed) == (StageKind.REMINDER, Decimal("49.00"))
    assert planned(due(7)) == planned(due(20)) == {}
    [first] = send(customer, due(21))
    [second] = send(customer, due(35))

    # the fee comes with the second notice, as a version of its own, free of VAT
    assert invoice.current.number.endswith("-2")
    assert (invoice.total, invoice.open_amount) == (Decimal("54.00"), Decimal("54.00"))
    assert customer.open_amount == Decimal("54.00")
    tax = invoice.current.snapshot["taxes"][-1]
    assert (tax["category"], tax["rate"], tax["gross"]) == ("E", "0.00", "5.00")
    assert "Schadensersatz" in tax["reason"]
    assert second.claimed == Decimal("54.00")
    assert broken_rules(to_cii(invoice.current.snapshot)) == []
    assert [m.subject for m in mails()] == [
        f"Zahlungserinnerung zu {invoice.number}",
        f"Mahnung zu {invoice.number}",
        f"Letzte Mahnung zu {invoice.number}",
    ]
    assert "davon 5,00\u00a0€ Mahngebühr" in mails()[-1].body
    assert attached(mails()[0]) == renditions_of(invoice.versions[0])
    assert next(f.name for f in attached(mails()[1])) == f"1. Mahnung {first.number}.pdf"
    assert invoice.dunning.stage.name == "2. Mahnung"
    assert planned(due(400)) == {}
    assert "alle Stufen" in refusal(invoice, due(400))


def test_the_reminder_says_what_is_open_and_where_to_pay_it(run):
    invoice = factories.invoice()
    pay(invoice, "9.00")

    send(invoice.customer, due(7))

    [mail] = mails()
    assert mail.recipient == invoice.email
    assert "40,00\u00a0€ offen" in mail.body
    assert "IBAN: DE02120300000000202051" in mail.body
    assert invoice.number in mail.body


def test_what_was_missed_long_ago_is_skipped_and_a_time_to_pay_is_waited_for(run):
    invoice = factories.invoice()

    assert planned(due(40)) == {invoice.id: "2. Mahnung"}
    [notice] = send(invoice.customer, due(40))

    # it begins the default, so it costs nothing (§ 286 BGB)
    assert (notice.title, notice.claimed) == ("2. Mahnung", Decimal("49.00"))
    late = factories.invoice(on=DAY + timedelta(days=100))
    dun = late.due_on + timedelta(days=20)
    send(late.customer, dun)
    assert "Frist" in refusal(late, dun + timedelta(days=2))
    assert planned(dun + timedelta(days=8)) == {late.id: "1. Mahnung"}


def test_one_letter_for_all_overdue_invoices_of_a_customer(run):
    customer = factories.customer()
    old = factories.invoice(of=customer)
    send(customer, due(7))
    new = factories.invoice(of=customer, on=DAY + timedelta(days=14))

    [notice] = send(customer, due(21))

    assert {entry.invoice_id: entry.stage.name for entry in notice.entries} == {
        old.id: "1. Mahnung", new.id: "Zahlungserinnerung",
    }  # fmt: skip
    assert (notice.kind, notice.claimed) == (StageKind.NOTICE, Decimal("98.00"))
    assert old.number in mails()[-1].body
    assert new.number in mails()[-1].body
    change(run, combines=False)
    for _each in range(2):
        factories.invoice(of=customer, on=DAY + timedelta(days=14))
    assert len(send(customer, due(30))) == 2


def test_what_keeps_an_invoice_from_being_dunned(run):
    debit = factories.invoice(payment_method=PaymentMethod.DIRECT_DEBIT)
    on_site = factories.invoice(payment_method=PaymentMethod.ON_SITE)
    paid, cancelled, locked = factories.invoice(), factories.invoice(), factories.invoice()
    stopped, quiet = factories.invoice(), factories.invoice()
    small, nobody = factories.invoice(factories.line("3.00")), factories.invoice(
        of=factories.customer(email=None))  # fmt: skip
    change(run, minimum_amount=Decimal("5.00"))
    pay(paid, "49.00")
    cancel_positions(cancelled, reason="Irrtum", on=DAY, by=ANNA)
    with transaction():
        locked.customer.move_to(CustomerState.LOCKED)
    stop_dunning(stopped, reason="Ratenzahlung vereinbart", on=DAY, by=ANNA)
    stop_customer_dunning(quiet.customer, reason="Streitfall", on=DAY, by=ANNA)

    assert planned(due(7)) == {}
    for invoice, words in (
        (debit, "Lastschrift"), (on_site, "Daran wird nicht erinnert"), (paid, "nicht offen"),
        (cancelled, "nicht offen"), (locked, "gesperrt"), (stopped, "gestoppt"),
        (quiet, "gestoppt"), (small, "Mindestbetrag"), (nobody, "keine E-Mail-Adresse"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=words):
            dun_invoice(invoice, on=due(7), by=ANNA)
    with pytest.raises(DomainError, match="nichts mehr zu mahnen"):
        dun_customer(paid.customer, on=due(7), by=ANNA)

    resume_dunning(stopped, reason="Rate blieb aus", on=DAY, by=ANNA)
    resume_dunning(debit, reason="Lastschrift kam zurück", on=DAY, by=ANNA)
    resume_customer_dunning(quiet.customer, reason="Geklärt", on=DAY, by=ANNA)
    assert set(planned(due(7))) == {stopped.id, debit.id, quiet.id}


def test_by_hand_the_next_stage_goes_out_before_its_day(run):
    invoice = factories.invoice()

    with pytest.raises(DomainError, match="nicht überfällig"):
        dun_invoice(invoice, on=DUE, by=ANNA)
    dun_invoice(invoice, on=due(1), by=ANNA)
    dun_invoice(invoice, on=due(2), by=ANNA)

    assert invoice.dunning.stage.name == "1. Mahnung"
    names = select(DunningStage.name).join(DunningEntry, DunningEntry.stage_id == DunningStage.id)
    assert db.session.scalars(names.order_by(DunningEntry.id)).all() == [
        "Zahlungserinnerung", "1. Mahnung",
    ]  # fmt: skip


def test_a_stage_before_the_due_date_reminds_early(run):
    values = {"run_id": run.id, "name": "Hinweis", "kind": StageKind.REMINDER, "days": -3,
              "subject": "Bald fällig", "text": "{{ rechnungen }}"}  # fmt: skip
    save_record(DunningStage(), values, by=ANNA)
    invoice = factories.invoice()

    assert planned(due(-4)) == {}
    assert planned(due(-3)) == {invoice.id: "Hinweis"}
    send(invoice.customer, due(-3))
    assert planned(due(7)) == {invoice.id: "Zahlungserinnerung"}


def test_an_invoice_reminded_of_before_there_were_runs_is_not_reminded_again(app):
    invoice = factories.invoice()
    with transaction():
        invoice.reminded_at = clock.noon(due(7))
    ensure_standard_run(by=ANNA)

    assert planned(due(20)) == {}
    assert planned(due(21)) == {invoice.id: "1. Mahnung"}


def test_a_course_may_have_a_run_of_its_own(run):
    other = factories.dunning_run()
    product = factories.product(dunning_run_id=other.id)
    invoice = factories.invoice(factories.line(kind=PositionKind.PRODUCT, product_id=product.id))

    assert planned(due(2)) == {invoice.id: "Streng"}


def test_a_later_due_date_moves_the_stages_to_come_and_keeps_what_has_fired(run):
    invoice = factories.invoice()
    send(invoice.customer, due(7))

    defer_invoice(invoice, due_on=due(30), reason="Stundung vereinbart", on=due(8), by=ANNA)

    assert planned(due(50)) == {}
    assert planned(due(51)) == {invoice.id: "1. Mahnung"}
    assert invoice.current.due_on == due(30)


def test_a_letter_by_post_goes_along_and_an_incomplete_address_becomes_a_task(run):
    factories.change_company(letters_active=True)
    change(stage(run, 21), by_post=True)
    invoice = factories.invoice()
    homeless = factories.invoice(of=factories.customer(street=None))
    for each in (invoice, homeless):
        send(each.customer, due(7))
        send(each.customer, due(21))

    query = select(Message).where(Message.channel == Channel.LETTER)
    [letter] = db.session.scalars(query).all()
    assert (letter.customer_id, letter.stage) == (invoice.customer_id, 2)
    assert len(attached(letter)) == 2
    [task] = db.session.scalars(select(Task)).all()
    assert task.customer_id == homeless.customer_id
    assert "Straße" in task.text
    channels = select(DunningEntry.channel).where(DunningEntry.stage_id == stage(run, 21).id)
    assert sorted(db.session.scalars(channels)) == ["email", "email,letter"]


def test_an_unpaid_place_rests_until_it_is_paid(run):
    change(stage(run, 21), suspends=True)
    contract = factories.contract(starts_on=DAY)
    [place] = contract.enrolments
    invoice = contract.periods[0].invoice
    send(contract.customer, due(7))
    assert not place.is_suspended

    send(contract.customer, due(21))

    assert place.is_suspended
    pay(invoice, "20.00", on=due(22))
    assert place.is_suspended
    pay(invoice, "29.00", on=due(22))
    assert not place.is_suspended
    with pytest.raises(DomainError, match="ruht nicht"):
        resume_place(place, on=due(23), by=ANNA)


def test_a_fee_by_hand_is_charged_only_where_dunning_does_not_charge_it(run):
    invoice = factories.invoice()
    fee = {"amount": Decimal("4.00"), "reason": "Mahnung am Telefon", "by": ANNA}

    with pytest.raises(DomainError, match="kommt mit der Mahnstufe von selbst"):
        add_dunning_fee(invoice, **fee, on=due(7))
    stop_dunning(invoice, reason="Telefonisch", on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="noch nicht im Verzug"):
        add_dunning_fee(invoice, **fee, on=due(7))
    with transaction():
        invoice.reminded_at = clock.noon(due(3))
    add_dunning_fee(invoice, **fee, on=due(7))

    assert invoice.open_amount == Decimal("53.00")
    assert invoice.current.positions[-1].text == "Mahngebühr"


def test_a_business_pays_interest_and_the_lump_sum_instead_of_a_fee(run):
    change(run, claims_interest=True, claims_lump_sum=True)
    firm = factories.customer(is_company=True, company_name="Kuhn GmbH")
    factories.invoice(factories.line("1000.00"), of=firm)
    for days in (7, 21):
        send(firm, due(days))

    [notice] = send(firm, due(35))

    # in default from the day after the reminder: 28 days at 1.27 + 9 percent
    [claim] = notice.snapshot["dunning"]
    assert claim["interest_from"] == due(8).isoformat()
    assert (claim["interest"], claim["lump_sum"], claim["fees"]) == ("7.88", "40.00", "0.00")
    assert notice.claimed == Decimal("1047.88")
    assert "7,88\u00a0€ Verzugszinsen" in mails()[-1].body
    assert db.session.scalars(select(DunningNotice.claimed).order_by(DunningNotice.id)).all()[
        1
    ] == Decimal("1000.00") + Decimal("40.00") + Decimal("3.94")
    assert date.fromisoformat(notice.snapshot["due_on"]) == due(42)


@pytest.fixture
def server(run):
    with running() as server:
        factories.change_company(
            smtp_host="127.0.0.1", smtp_port=server.port, smtp_security=MailSecurity.NONE,
            mail_from="buero@example.org",
        )  # fmt: skip
        yield server


def test_a_payment_by_the_minute_of_sending_keeps_the_letter_back(run, server):

    def received():
        letters = server.letters
        return [
            letter["To"].addresses[0].addr_spec
            for letter in letters
            if "Mahnung" in letter["Subject"]
        ]

    customer = factories.customer()
    paid, owed = factories.invoice(of=customer), factories.invoice(of=customer)
    alone = factories.invoice()
    for each in (customer, alone.customer):
        send(each, due(21))
    with clock.at(clock.noon(due(21))):
        for invoice in (paid, alone):
            pay(invoice, "49.00", on=due(21))
        deliver_due()

        # one letter falls away, the other is written anew about what is left
        states = [(m.customer_id, m.state) for m in mails()]
        assert states == [
            (customer.id, MessageState.SUPPRESSED), (alone.customer_id, MessageState.SUPPRESSED),
            (customer.id, MessageState.SENT),
        ]  # fmt: skip
        assert received() == [customer.email]
        again = mails()[-1]
        assert paid.number not in again.body
        assert owed.number in again.body
        assert db.session.get(DunningNotice, again.subject_id).claimed == Decimal("49.00")
        assert len(db.session.scalars(select(DunningEntry)).all()) == 3
        deliver_due()
    assert received() == [customer.email]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 25), st.sampled_from("jhdsr")), max_size=12))
@pytest.mark.databases("sqlite")
def test_whatever_happens_no_stage_fires_twice(run, steps):
    change(run, automation=Automation.EVERYTHING)
    start = DAY + timedelta(days=400) * next(_years)
    invoice, day = factories.invoice(on=start), start
    acts = {
        "h": lambda: dun_invoice(invoice, on=day, by=ANNA),
        "d": lambda: defer_invoice(
            invoice, due_on=day + timedelta(days=3), reason="Stundung", on=day, by=ANNA
        ),
        "s": lambda: stop_dunning(invoice, reason="Pause", on=day, by=ANNA),
        "r": lambda: resume_dunning(invoice, reason="Weiter", on=day, by=ANNA),
        "j": lambda: send(invoice.customer, day, automatic=True),
    }
    for days, act in steps:
        day += timedelta(days=days)
        try:
            with clock.at(clock.noon(day)):
                acts[act]()
        except DomainError:
            pass

    query = select(DunningEntry).where(DunningEntry.invoice_id == invoice.id)
    entries = db.session.scalars(query.order_by(DunningEntry.id)).all()
    assert len({entry.stage_id for entry in entries}) == len(entries)
    assert [entry.days for entry in entries] == sorted(entry.days for entry in entries)
    assert len({entry.fired_on for entry in entries if entry.days}) <= len(entries)
    fees = sum(entry.fee for entry in entries)
    assert invoice.open_amount == Decimal("49.00") + fees


def test_the_fee_is_kept_by_a_correction_and_goes_with_a_cancellation(run):
    invoice = factories.invoice()
    for days in (7, 21, 35):
        send(invoice.customer, due(days))
    inputs = [as_input(position) for position in invoice.current.positions]

    edit_invoice(invoice, positions=inputs, reason="Adresse", on=due(36), by=ANNA)

    assert invoice.open_amount == Decimal("54.00")
    assert [line["category"] for line in invoice.current.snapshot["positions"]] == ["S", "E"]
    with pytest.raises(DomainError, match="Eine Mahngebühr kommt mit der Mahnstufe"):
        edit_invoice(
            invoice, positions=[*inputs, replace(inputs[-1], key=None)], reason="Noch eine",
            on=due(36), by=ANNA,
        )  # fmt: skip
    cancel_positions(invoice, reason="Kulanz", on=due(37), by=ANNA)
    assert invoice.open_amount == Decimal("0.00")
    assert list(verify()) == []


def test_stages_and_runs_keep_their_order_and_a_standard(run):
    invoice = factories.invoice()
    send(invoice.customer, due(7))
    reminder, first = stage(run, 7), stage(run, 21)

    with pytest.raises(DomainError, match="Ihr Platz unter den Stufen bleibt"):
        change(reminder, days=28)
    change(reminder, days=10)
    assert invoice.dunning.reached == 10
    for record, values, words in (
        (first, {"days": 10}, "Eine Stufe nach 10 Tagen"),
        (first, {"fee": Decimal("51.00")}, "zwischen 0,00 € und 50,00 €"),
        (first, {"text": "{{ geheim }}"}, "Platzhalter"),
        (first, {"new_due_days": 91}, "zwischen 0 und 90 Tagen"),
        (run, {"is_active": False}, "Der Standardlauf bleibt aktiv"),
        (run, {"name": None}, "einen Namen"),
        (BaseRate(), {"valid_from": date(2027, 2, 1), "rate": Decimal("1.00")}, "1. Juli"),
    ):
        with pytest.raises(DomainError, match=words):
            change(record, **values)
    other = factories.dunning_run()
    make_standard(other, on=DAY, by=ANNA)
    assert (run.is_standard, other.is_standard) == (False, True)
    with pytest.raises(DomainError, match="schon der Standardlauf"):
        make_standard(other, on=DAY, by=ANNA)
