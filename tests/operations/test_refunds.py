"""The refund list: bank accounts, one SEPA file, done, or taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from lxml import etree
from sqlalchemy import select

from kutego.channels import files
from kutego.db import db
from kutego.errors import DomainError, IllegalTransition
from kutego.models import DepositKind, PaymentMethod, Refund, RefundState, Settlement, TransferFile
from kutego.operations.cancellations import cancel_positions
from kutego.operations.credit import deposit_credit, pay_out_credit
from kutego.operations.payments import record_payment
from kutego.operations.refunds import make_transfer_file, mark_refunded, set_account, take_back
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_processes, in_threads

pytestmark = pytest.mark.usefixtures("app")

IBAN = "DE89370400440532013000"


def refund(amount="20.00", owner=None):
    owner = owner or factories.customer()
    deposit_credit(
        owner, amount=Decimal(amount), kind=DepositKind.ON_SITE, received_on=DAY, on=DAY, by=ANNA
    )
    entry = pay_out_credit(
        owner, amount=Decimal(amount), iban=IBAN, account_holder="Jörg Müller", on=DAY, by=ANNA
    )
    return entry.receipt.refund


def refund_of_cancellation(**values):
    invoice = factories.invoice(of=factories.customer(**values))
    record_payment(
        invoice, amount=Decimal("49.00"), method=PaymentMethod.PAYPAL, paid_on=DAY, on=DAY, by=ANNA
    )
    cancellation = cancel_positions(
        invoice, settlement=Settlement.REFUND, reason="Umzug", on=DAY, by=ANNA
    )
    return cancellation.refund


def submit(*refunds, **values):
    return make_transfer_file(
        list(refunds), **{"execution_on": DAY, "on": DAY, "by": ANNA} | values
    )


def test_a_file_needs_something_to_refund_and_a_day_to_come():
    with pytest.raises(DomainError, match="mindestens eine"):
        submit()
    with pytest.raises(DomainError, match="Vergangenheit"):
        submit(refund(), execution_on=DAY - timedelta(days=1))


def test_a_refund_without_an_account_holds_up_the_file():
    waiting, ready = refund_of_cancellation(), refund()

    with pytest.raises(DomainError, match="IBAN und Kontoinhaber"):
        submit(ready, waiting)
    assert ready.state is RefundState.TO_REFUND
    assert db.session.scalars(select(TransferFile)).all() == []


def test_the_own_account_must_be_known():
    factories.change_company(iban=None, bic=None)

    with pytest.raises(DomainError, match="eigene IBAN"):
        submit(refund())


def test_one_file_pays_all_chosen_refunds_once():
    one, two = refund("20.00"), refund_of_cancellation(iban=IBAN)

    file = submit(one, two, one)

    assert (file.count, file.total) == (2, Decimal("69.00"))
    assert {one.state, two.state} == {RefundState.SUBMITTED}
    document = etree.fromstring(files.read(file.sha256))
    amounts = [e.text for e in document.iter("{*}InstdAmt")]
    assert sorted(amounts) == ["20.00", "49.00"]
    assert document.findtext(".//{*}MsgId") == file.message_id
    assert document.tag == "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}Document"
    assert list(verify()) == []


def test_a_submitted_refund_comes_into_no_other_file():
    one = refund()
    submit(one)

    with pytest.raises(DomainError, match="kommt in keine neue Datei"):
        submit(one)
    with pytest.raises(DomainError, match="schon eingereicht"):
        set_account(one, iban=IBAN, account_holder="Jörg Müller", on=DAY, by=ANNA)


def test_what_the_bank_did_not_carry_out_is_taken_back_and_submitted_again():
    one = refund()
    submit(one)
    with pytest.raises(DomainError, match="Grund"):
        take_back(one, reason="", on=DAY, by=ANNA)

    take_back(one, reason="Konto erloschen", on=DAY, by=ANNA)
    set_account(
        one, iban="DE02 1203 0000 0000 2020 51", account_holder="Inge Müller", on=DAY, by=ANNA
    )
    file = submit(one)

    assert b"DE02120300000000202051" in files.read(file.sha256)
    assert one.transfer_file_id == file.id


def test_a_refund_is_done_when_the_money_has_left():
    one = refund()
    submit(one)
    for wrong in (DAY + timedelta(days=1), DAY - timedelta(days=1)):
        with pytest.raises(DomainError, match="Bitte"):
            mark_refunded(one, refunded_on=wrong, on=DAY, by=ANNA)

    mark_refunded(one, refunded_on=DAY, on=DAY, by=ANNA)

    assert (one.state, one.refunded_on) == (RefundState.REFUNDED, DAY)
    for again in (mark_refunded, take_back):
        given = {"refunded_on": DAY} if again is mark_refunded else {"reason": "Irrtum"}
        with pytest.raises(IllegalTransition):
            again(one, **given, on=DAY, by=ANNA)


@pytest.mark.parametrize("account", [("", "Jörg"), (IBAN, " "), ("DE00", "Jörg"), (IBAN, "x" * 71)])
def test_only_a_real_account_is_kept(account):
    waiting = refund_of_cancellation()

    with pytest.raises(DomainError):
        set_account(waiting, iban=account[0], account_holder=account[1], on=DAY, by=ANNA)
    assert waiting.iban is None


def submit_by_ids(ids):
    return submit(*[db.session.get(Refund, id_) for id_ in ids]).count


@pytest.mark.parametrize("at_once", [in_threads, in_processes])
def test_the_same_refund_is_never_in_two_files(app, at_once):
    ids = [refund().id for _ in range(3)]
    wishes = [ids, ids[::-1], ids[1:]]

    if at_once is in_threads:
        results = at_once(app, *[lambda wish=wish: submit_by_ids(wish) for wish in wishes])
    else:
        results = at_once(app, *[(submit_by_ids, wish) for wish in wishes])

    db.session.rollback()
    made = db.session.scalars(select(TransferFile)).all()
    assert [file.count for file in made] == [r for r in results if isinstance(r, int)]
    assert len(made) == 1
    assert list(verify()) == []
