"""Credit: paid in, set off, paid out, put right again, and never below zero."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CreditEntry,
    Customer,
    DepositKind,
    EntryKind,
    Invoice,
    Message,
    Receipt,
    Refund,
    RefundState,
    Rendition,
)
from kutego.operations.credit import (
    correct_entry,
    deposit_credit,
    open_invoices,
    pay_out_credit,
    set_off_credit,
)
from kutego.operations.refunds import make_transfer_file
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_processes, in_threads

pytestmark = pytest.mark.usefixtures("app")

IBAN = "DE89 3704 0044 0532 0130 00"
NO_AMOUNTS = ["0.00", "-1.00", "0.001", "NaN", "sNaN", "Infinity", "10000000.00"]


def deposit(customer, amount="50.00", kind=DepositKind.ON_SITE, **values):
    defaults = {"received_on": DAY, "on": DAY, "by": ANNA}
    return deposit_credit(customer, amount=Decimal(amount), kind=kind, **defaults | values)


def pay_out(customer, amount="20.00", **values):
    defaults = {"iban": IBAN, "account_holder": "Jörg Müller", "on": DAY, "by": ANNA}
    return pay_out_credit(customer, amount=Decimal(amount), **defaults | values)


def set_off(customer, **values):
    return set_off_credit(customer, **{"on": DAY, "by": ANNA} | values)


def entries():
    return db.session.scalars(select(CreditEntry).order_by(CreditEntry.id)).all()


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_what_is_no_amount_is_not_booked(amount):
    customer = factories.customer()

    with pytest.raises(DomainError, match="Betrag zwischen"):
        deposit(customer, amount)
    with pytest.raises(DomainError, match="Betrag zwischen"):
        pay_out(customer, amount)
    with pytest.raises(DomainError, match="Betrag zwischen"):
        set_off(customer, amount=Decimal(amount))
    assert entries() == []


def test_money_from_the_future_is_not_booked():
    with pytest.raises(DomainError, match="Zukunft"):
        deposit(factories.customer(), received_on=DAY + timedelta(days=1))


def test_a_text_that_does_not_fit_is_not_cut_off_in_silence():
    with pytest.raises(DomainError, match="höchstens 500"):
        deposit(factories.customer(), text="x" * 501)


def test_no_more_is_paid_out_than_there_is():
    customer = factories.customer()
    deposit(customer, "20.00")

    with pytest.raises(DomainError, match="Guthaben beträgt nur 20,00"):
        pay_out(customer, "20.01")
    assert customer.credit == Decimal("20.00")
    assert db.session.scalars(select(Refund)).all() == []


@pytest.mark.parametrize(
    "account", [{"iban": ""}, {"account_holder": " "}, {"iban": "DE89 3704 0044 0532 0130 01"}]
)
def test_a_payout_needs_a_real_account(account):
    customer = factories.customer()
    deposit(customer)

    with pytest.raises(DomainError, match="IBAN"):
        pay_out(customer, **account)
    assert customer.credit == Decimal("50.00")


def test_there_is_nothing_to_set_off_without_credit_or_without_an_open_invoice():
    customer = factories.customer()
    with pytest.raises(DomainError, match="kein Guthaben"):
        set_off(customer)
    deposit(customer)
    with pytest.raises(DomainError, match="keine offene Rechnung"):
        set_off(customer)


def test_credit_does_not_pay_the_invoice_of_somebody_else():
    customer, stranger = factories.customer(), factories.invoice()
    deposit(customer)

    with pytest.raises(DomainError, match="anderen Kunden"):
        set_off(customer, invoices=[stranger])
    assert (customer.credit, stranger.paid) == (Decimal("50.00"), 0)


# --- paying in --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(DepositKind))
def test_five_kinds_of_deposit_have_a_receipt_and_two_are_internal(kind):
    customer = factories.customer()

    entry = deposit(customer, kind=kind, text="Anzahlung Kurs")

    internal = kind in (DepositKind.OPENING_BALANCE, DepositKind.GOODWILL)
    assert (entry.receipt is None) is internal
    assert customer.credit == entry.balance == Decimal("50.00")
    assert entry.actor == "Anna Büro"
    if not internal:
        assert (entry.receipt.number, entry.receipt.amount) == ("Q-2026-0001", Decimal("50.00"))
        assert entry.receipt.snapshot["receipt"]["purpose"] == "Anzahlung Kurs"
        assert db.session.scalars(select(Rendition)).one().name.endswith("Q-2026-0001.pdf")


def test_a_receipt_says_when_the_money_came_and_what_for():
    entry = deposit(factories.customer(), received_on=DAY - timedelta(days=3))

    printed = entry.receipt.snapshot["receipt"]
    assert printed["purpose"] == "Einzahlung auf Ihr Guthaben"
    assert printed["received_on"] == (DAY - timedelta(days=3)).isoformat()
    assert (entry.text, printed["amount_label"]) == (DepositKind.ON_SITE.label, "Erhalten")


def test_money_that_goes_back_is_not_called_a_deposit_on_its_receipt():
    factories.change_company(receipt_text="Wir haben den Betrag Ihrem Guthaben gutgeschrieben.")
    customer = factories.customer()
    wrong = deposit(customer)
    paid_out = pay_out(customer).receipt.snapshot
    deposit(customer)
    undone = correct_entry(wrong, reason="Tippfehler", on=DAY, by=ANNA).receipt.snapshot

    assert paid_out["closing"].startswith("Wir überweisen den Betrag auf das Konto DE89 3704")
    assert paid_out["receipt"]["received_on"] is None
    assert (undone["title"], undone["closing"]) == ("Quittungskorrektur", None)
    assert undone["receipt"]["amount_label"] == "Zurückgenommen"


def test_the_receipt_is_mailed_where_that_was_asked():
    customer = factories.customer()

    deposit(customer)
    assert db.session.scalars(select(Message)).all() == []
    deposit(customer, send_receipt=True)

    mail = db.session.scalars(select(Message)).one()
    assert (mail.template, len(mail.attachments)) == ("receipt", 1)


# --- setting off ------------------------------------------------------------------------------


def test_the_oldest_due_invoice_is_paid_first():
    customer = factories.customer()
    older = factories.invoice(factories.line("30.00"), of=customer, on=DAY - timedelta(days=3))
    newer = factories.invoice(factories.line("30.00"), of=customer)
    deposit(customer, "40.00")

    set_off(customer)

    assert (older.open_amount, newer.open_amount) == (0, Decimal("20.00"))
    assert customer.credit == 0
    assert [i.id for i in open_invoices(customer)] == [newer.id]


def test_a_person_may_choose_invoices_and_the_amount():
    customer = factories.customer()
    older = factories.invoice(factories.line("30.00"), of=customer, on=DAY - timedelta(days=3))
    newer = factories.invoice(factories.line("30.00"), of=customer)
    deposit(customer, "40.00")

    set_off(customer, invoices=[newer, older, newer], amount=Decimal("35.00"))

    assert (newer.open_amount, older.open_amount) == (0, Decimal("25.00"))
    assert customer.credit == Decimal("5.00")


def test_a_set_off_larger_than_the_open_amount_leaves_the_rest():
    customer = factories.customer()
    invoice = factories.invoice(of=customer)
    deposit(customer, "60.00")

    set_off(customer)

    assert (invoice.open_amount, customer.credit) == (0, Decimal("11.00"))
    last = entries()[-1]
    assert (last.kind, last.amount, last.invoice_id) == (
        EntryKind.OFFSET, Decimal("-49.00"), invoice.id,
    )  # fmt: skip


# --- paying out -------------------------------------------------------------------------------


def test_a_payout_makes_a_negative_receipt_and_waits_in_the_refund_list():
    customer = factories.customer()
    deposit(customer)

    entry = pay_out(customer, "20.00")

    refund = db.session.scalars(select(Refund)).one()
    assert (entry.amount, entry.receipt.amount) == (Decimal("-20.00"), Decimal("-20.00"))
    assert (refund.state, refund.amount) == (RefundState.TO_REFUND, Decimal("20.00"))
    assert refund.iban == "DE89370400440532013000"
    assert entry.receipt.status == "Extern zu erstatten"
    assert customer.credit == Decimal("30.00")


# --- putting right ----------------------------------------------------------------------------


def test_a_wrong_deposit_is_undone_by_its_opposite_and_stays_visible():
    customer = factories.customer()
    wrong = deposit(customer)

    opposite = correct_entry(wrong, reason="Tippfehler", on=DAY, by=ANNA)

    assert [e.amount for e in entries()] == [Decimal("50.00"), Decimal("-50.00")]
    assert (opposite.reverses, wrong.reversed_by) == (wrong, opposite)
    assert db.session.scalars(select(Receipt.amount).order_by(Receipt.id)).all() == [
        Decimal("50.00"), Decimal("-50.00"),
    ]  # fmt: skip
    assert customer.credit == 0


def test_an_entry_is_corrected_once_and_with_a_reason():
    wrong = deposit(factories.customer())

    with pytest.raises(DomainError, match="Grund"):
        correct_entry(wrong, reason=" ", on=DAY, by=ANNA)
    opposite = correct_entry(wrong, reason="Tippfehler", on=DAY, by=ANNA)
    for entry in (wrong, opposite):
        with pytest.raises(DomainError, match="schon korrigiert"):
            correct_entry(entry, reason="Tippfehler", on=DAY, by=ANNA)


def test_a_deposit_that_was_used_is_not_taken_back():
    customer = factories.customer()
    entry = deposit(customer)
    factories.invoice(of=customer)
    set_off(customer)

    with pytest.raises(DomainError, match="schon etwas verbraucht"):
        correct_entry(entry, reason="Tippfehler", on=DAY, by=ANNA)


def test_a_pay_out_is_undone_as_long_as_its_money_was_not_sent():
    factories.change_company(receipt_text="Wir haben den Betrag Ihrem Guthaben gutgeschrieben.")
    customer = factories.customer()
    deposit(customer)
    paid_out = pay_out(customer, "20.00")

    opposite = correct_entry(paid_out, reason="Kunde bleibt", on=DAY, by=ANNA)

    refund = db.session.scalars(select(Refund)).one()
    assert (opposite.amount, customer.credit) == (Decimal("20.00"), Decimal("50.00"))
    assert (refund.state, paid_out.receipt.status) == (RefundState.WITHDRAWN, "Zurückgenommen")
    printed = opposite.receipt.snapshot
    assert (printed["title"], printed["closing"]) == ("Quittungskorrektur", None)
    with pytest.raises(DomainError, match="keine neue Datei"):
        make_transfer_file([refund], execution_on=DAY, on=DAY, by=ANNA)
    assert list(verify()) == []


def test_nobody_is_paid_out_to_a_name_that_no_bank_takes():
    customer = factories.customer()
    deposit(customer)

    for holder, match in ((" ", "fehlen IBAN"), ("N" * 71, "höchstens 70 Zeichen")):
        with pytest.raises(DomainError, match=match):
            pay_out(customer, account_holder=holder)


def test_what_belongs_to_an_invoice_or_a_refund_is_put_right_there():
    customer = factories.customer()
    deposit(customer, "100.00")
    factories.invoice(of=customer)
    set_off(customer)
    pay_out(customer)
    make_transfer_file(db.session.scalars(select(Refund)).all(), execution_on=DAY, on=DAY, by=ANNA)

    for entry in entries()[1:]:
        with pytest.raises(DomainError, match=r"Rechnung|Erstattungsliste"):
            correct_entry(entry, reason="Irrtum", on=DAY, by=ANNA)


# --- at the same time -------------------------------------------------------------------------


def set_off_by_id(customer_id):
    return len(set_off(db.session.get(Customer, customer_id)))


def pay_out_by_id(customer_id):
    pay_out(db.session.get(Customer, customer_id), "50.00")
    return "paid out"


@pytest.mark.parametrize("at_once", [in_threads, in_processes])
def test_two_set_offs_at_once_use_the_credit_once(app, at_once):
    customer = factories.customer()
    factories.invoice(factories.line("80.00"), of=customer)
    deposit(customer, "50.00")
    id_ = customer.id

    if at_once is in_threads:
        results = at_once(app, *[lambda: set_off_by_id(id_)] * 2)
    else:
        results = at_once(app, *[(set_off_by_id, id_)] * 2)

    assert sorted(map(str, results)) == ["1", "Jörg Müller hat kein Guthaben."]
    db.session.rollback()
    assert db.session.get(Customer, id_).credit == 0
    assert db.session.scalars(select(Invoice.open_amount)).one() == Decimal("30.00")
    assert list(verify()) == []


def test_of_eight_payouts_at_once_only_one_gets_the_money(app):
    customer = factories.customer()
    deposit(customer, "50.00")
    id_ = customer.id

    results = in_threads(app, *[lambda: pay_out_by_id(id_)] * 8)

    assert sum(result == "paid out" for result in results) == 1
    db.session.rollback()
    assert db.session.get(Customer, id_).credit == 0
    assert list(verify()) == []
