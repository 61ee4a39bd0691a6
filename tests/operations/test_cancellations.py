"""Cancelling positions and contracts: what is taken back, and where the money goes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError, IllegalTransition, NeedsConfirmation
from kutego.models import (
    Cancellation,
    CancellationPosition,
    ContractPeriod,
    ContractState,
    CreditEntry,
    DepositKind,
    Enrolment,
    EnrolmentState,
    EntryKind,
    Invoice,
    Message,
    Payment,
    PaymentKind,
    PaymentMethod,
    PositionKind,
    PriceMode,
    Refund,
    RefundState,
    Rendition,
    Settlement,
    TaxMode,
)
from kutego.operations.attachments import attached
from kutego.operations.cancellations import (
    cancel_positions,
    cancellable_positions,
    plan_cancellation,
)
from kutego.operations.contract_cancellations import (
    cancel_contract,
    plan_contract_cancellation,
)
from kutego.operations.credit import deposit_credit, set_off_credit
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.payments import record_payment, reverse_payment
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def whole_afterwards(app):
    yield
    with clock.at(clock.noon(DAY)):
        assert list(verify()) == []


def cancel(invoice, *keys, **values):
    defaults = {"reason": "Hund krank", "on": DAY, "by": ANNA}
    return cancel_positions(invoice, positions=list(keys) or None, **defaults | values)


def pay(invoice, amount, method=PaymentMethod.BANK_TRANSFER):
    return record_payment(
        invoice, amount=Decimal(amount), method=method, paid_on=DAY, on=DAY, by=ANNA
    )


def give_credit(customer, amount):
    return deposit_credit(
        customer, amount=Decimal(amount), kind=DepositKind.ON_SITE, received_on=DAY, on=DAY, by=ANNA
    )


def three_lines(**values):
    return factories.invoice(
        factories.line("100.00"),
        factories.line("50.00", vat_rate=Decimal("7.00")),
        factories.line("10.00"),
        **values,
    )


def amounts(cancellation, part="taxes"):
    return [(t["category"], t["rate"], t["gross"]) for t in cancellation.snapshot[part]]


# --- what is refused --------------------------------------------------------------------------


def test_a_draft_is_not_cancelled():
    draft = factories.draft()

    with pytest.raises(DomainError, match="Entwurf"):
        cancel(draft)


@pytest.mark.parametrize("reason", ["", "  ", None, "x" * 501])
def test_it_needs_a_reason_of_decent_length(reason):
    invoice = factories.invoice()

    with pytest.raises(DomainError, match="Grund"):
        cancel(invoice, reason=reason)


@pytest.mark.parametrize("keys", [[], ["p9"], ["p1", "p9"], ["fee1"], [""]])
def test_only_positions_of_this_invoice_are_cancelled(keys):
    invoice = factories.invoice()

    with pytest.raises(DomainError, match="Positionen auswählen"):
        cancel_positions(invoice, positions=keys, reason="Irrtum", on=DAY, by=ANNA)
    assert invoice.cancelled == 0


def test_the_same_position_is_not_cancelled_twice():
    invoice = three_lines()
    cancel(invoice, "p1")

    with pytest.raises(DomainError, match="schon storniert"):
        cancel(invoice, "p2", "p1")
    assert invoice.cancelled == Decimal("100.00")


def test_a_cancelled_invoice_is_not_cancelled_again():
    invoice = three_lines()
    cancel(invoice)

    with pytest.raises(DomainError, match="schon vollständig storniert"):
        cancel(invoice)


@pytest.mark.parametrize("fee", ["-1.00", "0.005", "NaN", "Infinity"])
def test_a_fee_is_an_amount_of_money(fee):
    with pytest.raises(DomainError, match="Gebühr"):
        cancel(factories.invoice(), fee=Decimal(fee))


def test_a_fee_above_what_is_cancelled_is_refused():
    invoice = three_lines()

    with pytest.raises(DomainError, match="höher"):
        cancel(invoice, "p3", fee=Decimal("10.01"))
    assert cancel(invoice, "p3", fee=Decimal("10.00")).total == 0


def test_a_deduction_goes_only_with_what_it_is_deducted_from():
    invoice = factories.invoice(factories.line("100.00"), factories.line("-20.00"))

    for key in ("p1", "p2"):
        with pytest.raises(DomainError, match="Abzug"):
            cancel(invoice, key)
    assert cancel(invoice, "p1", "p2").total == Decimal("80.00")


def test_the_day_is_not_before_the_last_number():
    cancel(three_lines())
    invoice = three_lines()

    with pytest.raises(DomainError, match="vor der letzten Nummer"):
        cancel(invoice, on=DAY - timedelta(days=1))
    assert invoice.cancelled == 0
    assert db.session.scalars(select(Cancellation)).all() == invoice_cancellations(1)


def invoice_cancellations(count):
    found = db.session.scalars(select(Cancellation)).all()
    assert len(found) == count
    return found


# --- an unpaid invoice ------------------------------------------------------------------------


def test_cancelling_an_open_invoice_takes_back_the_claim_and_nothing_else():
    invoice = factories.invoice()

    cancellation = cancel(invoice)

    assert invoice.is_fully_cancelled
    assert invoice.open_amount == invoice.customer.open_amount == 0
    assert (cancellation.total, cancellation.settled) == (Decimal("49.00"), 0)
    assert cancellation.settlement is None
    assert db.session.scalars(select(Payment)).all() == []
    assert db.session.scalars(select(Refund)).all() == []


def test_the_document_has_its_own_number_and_names_the_invoice():
    invoice = factories.invoice()

    cancellation = cancel(invoice)

    snapshot = cancellation.snapshot
    assert cancellation.number == snapshot["number"] == "S-2026-0001"
    assert snapshot["preceding"] == {"number": "R-2026-00001", "issued_on": "2026-11-23"}
    assert (snapshot["document"], snapshot["type_code"]) == ("cancellation", "384")
    assert snapshot["recipient"] == invoice.current.snapshot["recipient"]
    assert {r.format.value for r in db.session.scalars(
        select(Rendition).where(Rendition.document_id == cancellation.id,
                                Rendition.kind == "cancellation"))} == {"pdf", "xml"}  # fmt: skip


def test_quantities_are_negative_and_prices_positive():
    invoice = factories.invoice(
        factories.line("10.00", quantity=Decimal("3.00"), discount_percent=Decimal("10.00")),
        factories.line("-5.00"),
    )

    lines = cancel(invoice).snapshot["positions"]

    assert [(p["quantity"], p["unit_price"], p["discount"], p["gross"]) for p in lines] == [
        ("-3.00", "10.00", "3.00", "-27.00"),
        ("1.00", "5.00", "0.00", "5.00"),
    ]


def test_several_steps_take_back_exactly_the_invoice():
    invoice = three_lines()

    steps = [cancel(invoice, key) for key in ("p2", "p1", "p3")]

    for name in ("net", "tax", "gross"):
        back = sum(Decimal(step.snapshot[name]) for step in steps)
        assert back == -Decimal(invoice.current.snapshot[name])
    assert invoice.open_amount == 0
    assert invoice.is_fully_cancelled
    assert cancellable_positions(invoice) == []


def test_a_partly_cancelled_invoice_stays_open_for_the_rest_and_is_not_edited():
    invoice = three_lines()

    cancel(invoice, "p1")

    assert invoice.is_partly_cancelled
    assert invoice.open_amount == Decimal("60.00")
    with pytest.raises(DomainError, match="teilweise storniert"):
        edit_invoice(invoice, positions=[factories.line()], reason="zu spät", on=DAY, by=ANNA)


def test_the_newest_version_is_what_is_cancelled():
    invoice = factories.invoice()
    edit_invoice(invoice, positions=[factories.line("80.00")], reason="Preis", on=DAY, by=ANNA)

    cancellation = cancel(invoice)

    assert cancellation.total == Decimal("80.00")
    assert cancellation.snapshot["preceding"]["number"] == "R-2026-00001-2"


# --- the fee ----------------------------------------------------------------------------------


def test_an_untaxed_fee_is_exempt_with_a_reason():
    invoice = three_lines()

    cancellation = cancel(invoice, "p1", fee=Decimal("30.00"))

    assert amounts(cancellation) == [("S", "19.00", "-100.00"), ("E", "0.00", "30.00")]
    fee = cancellation.snapshot["positions"][-1]
    assert (fee["kind"], fee["gross"], fee["tax"]) == ("cancellation_fee", "30.00", "0.00")
    assert "nicht steuerbar" in fee["reason"]
    assert (cancellation.total, invoice.fee) == (Decimal("70.00"), Decimal("30.00"))
    assert invoice.open_amount == Decimal("90.00")


def test_a_taxed_fee_is_split_over_the_cancelled_rates():
    invoice = three_lines()

    cancellation = cancel(invoice, fee=Decimal("10.01"), fee_taxed=True)

    fees = [p for p in cancellation.snapshot["positions"] if p["kind"] == "cancellation_fee"]
    assert [(p["rate"], p["gross"], p["tax"]) for p in fees] == [
        ("19.00", "6.88", "1.10"), ("7.00", "3.13", "0.20"),
    ]  # fmt: skip
    assert amounts(cancellation) == [("S", "19.00", "-103.12"), ("S", "7.00", "-46.87")]


def test_the_last_cent_of_a_split_fee_goes_to_the_largest_part():
    invoice = factories.invoice(
        factories.line("10.00", vat_rate=Decimal("7.00")),
        factories.line("10.00", vat_rate=Decimal("0.00")),
        factories.line("10.10"),
    )

    cancellation = cancel(invoice, fee=Decimal("10.00"), fee_taxed=True)

    fees = {p["rate"]: p["gross"] for p in cancellation.snapshot["positions"][3:]}
    assert sum(map(Decimal, fees.values())) == Decimal("10.00")
    assert fees["7.00"] == fees["0.00"] == "3.32"
    assert fees["19.00"] == "3.36"


@pytest.mark.parametrize("mode", [TaxMode.SMALL_BUSINESS, TaxMode.EXEMPT_21, TaxMode.EXEMPT_22])
@pytest.mark.parametrize("taxed", [True, False])
def test_without_vat_the_fee_has_none_either(app, mode, taxed):
    factories.change_company(tax_mode=mode)
    invoice = factories.invoice()

    cancellation = cancel(invoice, fee=Decimal("9.00"), fee_taxed=taxed)

    assert {t["category"] for t in cancellation.snapshot["taxes"]} == {"E"}
    assert cancellation.snapshot["tax"] == "0.00"
    assert all(t["reason"] for t in cancellation.snapshot["taxes"])


def test_with_net_prices_the_fee_stands_net_in_its_line():
    factories.change_company(prices=PriceMode.NET)
    invoice = factories.invoice(factories.line("100.00"))

    cancellation = cancel(invoice, fee=Decimal("11.90"), fee_taxed=True)

    fee = cancellation.snapshot["positions"][-1]
    assert (fee["unit_price"], fee["net"], fee["gross"]) == ("10.00", "10.00", "11.90")
    assert cancellation.total == Decimal("107.10")


def test_the_document_keeps_the_tax_mode_of_the_invoice():
    invoice = factories.invoice()
    factories.change_company(tax_mode=TaxMode.SMALL_BUSINESS)

    snapshot = cancel(invoice).snapshot

    assert snapshot["tax_mode"] == "regular"
    assert snapshot["taxes"][0]["rate"] == "19.00"


# --- money that was paid ----------------------------------------------------------------------


def test_the_claim_shrinks_before_any_money_goes_back():
    invoice = factories.invoice(factories.line("60.00"), factories.line("40.00"))
    pay(invoice, "50.00")

    cancellation = cancel(invoice, "p2")

    assert (cancellation.settled, invoice.open_amount) == (0, Decimal("10.00"))
    assert invoice.customer.credit == 0


def test_money_beyond_the_claim_becomes_credit_without_a_receipt():
    invoice = factories.invoice(factories.line("60.00"), factories.line("40.00"))
    pay(invoice, "90.00")

    cancellation = cancel(invoice, "p2")

    entry = db.session.scalars(select(CreditEntry)).one()
    assert (entry.kind, entry.amount, entry.receipt_id) == (
        EntryKind.CANCELLATION, Decimal("30.00"), None,
    )  # fmt: skip
    assert (cancellation.settlement, cancellation.settled) == (Settlement.CREDIT, Decimal("30.00"))
    assert invoice.customer.credit == Decimal("30.00")
    assert (invoice.paid, invoice.open_amount) == (Decimal("60.00"), 0)


def test_money_goes_to_the_refund_list_where_that_was_chosen():
    owner = factories.customer(iban="DE89370400440532013000")
    invoice = factories.invoice(of=owner)
    pay(invoice, "49.00")

    cancellation = cancel(invoice, settlement=Settlement.REFUND, fee=Decimal("9.00"))

    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.state) == (Decimal("40.00"), RefundState.TO_REFUND)
    assert (refund.iban, refund.account_holder) == ("DE89370400440532013000", "Jörg Müller")
    assert (cancellation.settlement, cancellation.refunded) == (
        Settlement.REFUND, Decimal("40.00"),
    )  # fmt: skip
    back = db.session.scalars(select(Payment).where(Payment.amount < 0)).one()
    assert (back.kind, back.method) == (PaymentKind.REFUNDED, PaymentMethod.BANK_TRANSFER)
    assert (owner.credit, invoice.paid, invoice.open_amount) == (0, Decimal("9.00"), 0)


def test_what_was_paid_by_credit_becomes_credit_again_whatever_was_chosen():
    owner = factories.customer()
    give_credit(owner, "30.00")
    invoice = factories.invoice(factories.line("100.00"), of=owner)
    set_off_credit(owner, invoices=[invoice], on=DAY, by=ANNA)
    pay(invoice, "70.00")

    cancellation = cancel(invoice, settlement=Settlement.REFUND)

    assert owner.credit == Decimal("30.00")
    assert (cancellation.credited, cancellation.refunded) == (Decimal("30.00"), Decimal("70.00"))
    kinds = {p.kind: p.amount for p in db.session.scalars(select(Payment)) if p.amount < 0}
    assert kinds == {
        PaymentKind.CREDITED: Decimal("-30.00"), PaymentKind.REFUNDED: Decimal("-70.00"),
    }  # fmt: skip


def test_over_several_steps_credit_returns_first_and_only_once():
    owner = factories.customer()
    give_credit(owner, "30.00")
    invoice = factories.invoice(factories.line("20.00"), factories.line("80.00"), of=owner)
    set_off_credit(owner, invoices=[invoice], on=DAY, by=ANNA)
    pay(invoice, "70.00")

    first = cancel(invoice, "p1", settlement=Settlement.REFUND)
    second = cancel(invoice, "p2", settlement=Settlement.REFUND)

    assert (first.credited, first.refunded) == (Decimal("20.00"), 0)
    assert first.settlement is Settlement.CREDIT
    assert (second.credited, second.refunded) == (Decimal("10.00"), Decimal("70.00"))
    assert owner.credit == Decimal("30.00")


def test_a_payment_that_was_given_back_cannot_be_reversed_as_well():
    invoice = factories.invoice()
    payment = pay(invoice, "49.00")
    cancel(invoice)

    with pytest.raises(DomainError, match="schon etwas erstattet"):
        reverse_payment(payment, reason="Rücklastschrift", on=DAY, by=ANNA)


def test_the_document_says_what_happens_with_the_money():
    owner = factories.customer()
    give_credit(owner, "30.00")
    invoice = factories.invoice(factories.line("100.00"), of=owner)
    set_off_credit(owner, invoices=[invoice], on=DAY, by=ANNA)
    pay(invoice, "70.00")

    terms = cancel(invoice, settlement=Settlement.REFUND).snapshot["payment"]["terms"]

    assert terms == (
        "30,00\u00a0€ schreiben wir Ihrem Guthaben gut. 70,00\u00a0€ überweisen wir Ihnen zurück. "
        "Zu zahlen ist nichts mehr."
    )


# --- the preview ------------------------------------------------------------------------------


def test_the_preview_tells_what_then_happens():
    owner = factories.customer()
    give_credit(owner, "30.00")
    invoice = three_lines(of=owner)
    set_off_credit(owner, invoices=[invoice], on=DAY, by=ANNA)
    pay(invoice, "130.00")
    wish = {
        "positions": ["p1", "p3"], "fee": Decimal("20.00"), "settlement": Settlement.REFUND,
    }  # fmt: skip

    plan = plan_cancellation(invoice, **wish)
    cancellation = cancel_positions(invoice, reason="Wunsch", on=DAY, by=ANNA, **wish)

    assert plan.lines() == [
        ("Beratung", Decimal("100.00")),
        ("Beratung", Decimal("10.00")),
        ("Einbehaltene Gebühr", Decimal("-20.00")),
        ("Stornorechnung über", Decimal("90.00")),
        ("Danach offen", Decimal("0.00")),
        ("Wird Guthaben", Decimal("30.00")),
        ("Wird erstattet", Decimal("60.00")),
    ]
    assert (cancellation.total, cancellation.credited, cancellation.refunded) == (
        plan.total, Decimal("30.00"), Decimal("60.00"),
    )  # fmt: skip


def test_looking_changes_nothing():
    invoice = three_lines()

    plan_cancellation(invoice)

    assert not db.session.dirty
    assert not db.session.new


# --- places -----------------------------------------------------------------------------------


def course_line(dog, course, **values):
    return factories.line(
        "149.00", kind=PositionKind.COURSE, text=course.title, participant_id=dog.id,
        course_date_id=course.id, **values,
    )  # fmt: skip


def test_the_participant_leaves_the_course_and_frees_the_place():
    course = factories.course_date(capacity=1)
    dog = factories.participant()
    invoice = factories.invoice(course_line(dog, course), factories.line(), of=dog.customer)

    assert "Bello verlässt „Welpenkurs“." in plan_cancellation(invoice).lines()
    cancel(invoice, "p1")

    place = db.session.scalars(select(Enrolment)).one()
    assert place.state is EnrolmentState.REMOVED
    next_dog = factories.participant()
    factories.invoice(course_line(next_dog, course), of=next_dog.customer)


def test_the_participant_stays_where_the_switch_is_off():
    course = factories.course_date()
    dog = factories.participant()
    invoice = factories.invoice(course_line(dog, course), of=dog.customer)

    cancel(invoice, remove_participants=False)

    assert db.session.scalars(select(Enrolment)).one().state is EnrolmentState.ACTIVE


def test_only_the_place_of_the_cancelled_position_goes():
    course, other = factories.course_date(), factories.course_date(title="Agility")
    dog = factories.participant()
    invoice = factories.invoice(course_line(dog, course), course_line(dog, other), of=dog.customer)

    cancel(invoice, "p1")

    states = {p.course_date.title: p.state for p in db.session.scalars(select(Enrolment))}
    assert states == {"Welpenkurs": EnrolmentState.REMOVED, "Agility": EnrolmentState.ACTIVE}


# --- contracts --------------------------------------------------------------------------------


def test_a_cancelled_period_stays_billed():
    contract = factories.contract(starts_on=date(2026, 11, 1))
    invoice = db.session.scalars(select(Invoice)).one()

    plan = plan_cancellation(invoice)
    cancel(invoice)

    assert f"Vertrag {contract.number} läuft weiter und wird weiter abgerechnet." in plan.lines()
    assert contract.state is ContractState.ACTIVE
    assert contract.next_invoice_on == date(2026, 12, 1)
    assert db.session.scalars(select(ContractPeriod)).one().invoice_id == invoice.id


def test_cancelling_a_contract_has_to_be_confirmed_with_the_list_of_its_invoices():
    contract = factories.contract()

    with pytest.raises(NeedsConfirmation) as asked:
        cancel_contract(contract, reason="Umzug", on=DAY, by=ANNA)

    assert asked.value.code == "cancel_contract"
    assert asked.value.details == ("R-2026-00001 vom 23.11.2026: 49,00\u00a0€",)
    assert contract.state is ContractState.ACTIVE
    assert db.session.scalars(select(Cancellation)).all() == []


def test_cancelling_a_contract_takes_back_its_positions_and_its_place_only():
    owner = factories.customer()
    dog = factories.participant(owner)
    course, term = factories.running_course(starts_on=DAY), factories.term_template()
    sold = course_line(dog, course, term_template_id=term.id, starts_on=DAY)
    invoice = factories.invoice(sold, factories.line("10.00"), of=owner)
    pay(invoice, "159.00")

    made = cancel_contract(
        invoice.contract, reason="Umzug", settlement=Settlement.REFUND, send_mail=True,
        confirmed=frozenset({"cancel_contract"}), on=DAY, by=ANNA,
    )  # fmt: skip

    assert [(c.total, c.refunded) for c in made] == [(Decimal("149.00"), Decimal("149.00"))]
    assert invoice.contract.state is ContractState.CANCELLED
    assert [p.text for p in cancellable_positions(invoice)] == ["Beratung"]
    assert db.session.scalars(select(Enrolment)).one().state is EnrolmentState.REMOVED
    mail = db.session.scalars(select(Message).where(Message.template == "contract_cancelled")).one()
    assert made[0].number in mail.body
    assert len(mail.attachments) == 2


def test_what_was_cancelled_before_is_left_out_when_the_contract_is_cancelled():
    contract = factories.contract()
    cancel(db.session.scalars(select(Invoice)).one())

    assert plan_contract_cancellation(contract) == []
    made = cancel_contract(
        contract, reason="Umzug", confirmed=frozenset({"cancel_contract"}), on=DAY, by=ANNA
    )

    assert made == []
    assert contract.state is ContractState.CANCELLED
    with pytest.raises(IllegalTransition):
        cancel_contract(contract, reason="Noch einmal", on=DAY, by=ANNA)


# --- telling ----------------------------------------------------------------------------------


def test_the_mail_carries_the_documents_to_the_address_of_the_invoice():
    invoice = factories.invoice()

    cancellation = cancel(invoice, send_mail=True)

    mail = db.session.scalars(select(Message).where(Message.template == "invoice_cancelled")).one()
    assert mail.recipient == invoice.email
    assert cancellation.number in mail.subject
    assert {file.document_id for file in attached(mail)} == {cancellation.id}


def test_no_mail_goes_out_unasked():
    invoice = factories.invoice(send_mail=False)

    cancel(invoice)

    assert db.session.scalars(select(Message)).all() == []


def test_positions_are_kept_with_the_cancellation():
    invoice = three_lines()

    cancellation = cancel(invoice, "p2", "p3")

    rows = db.session.scalars(select(CancellationPosition)).all()
    assert {(r.position_key, r.gross) for r in rows} == {
        ("p2", Decimal("50.00")), ("p3", Decimal("10.00")),
    }  # fmt: skip
    assert {r.cancellation_id for r in rows} == {cancellation.id}
