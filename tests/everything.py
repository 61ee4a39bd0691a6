"""A small business with rows in every frozen table and files on the disk, made by operations."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import (
    DepositKind,
    InvoiceVersion,
    LegalKind,
    PaymentMethod,
    Refund,
    Rendition,
    Settlement,
)
from kutego.operations.billing import bill_contract
from kutego.operations.cancellations import cancel_positions
from kutego.operations.credit import deposit_credit, pay_out_credit, set_off_credit
from kutego.operations.documents import document_bytes
from kutego.operations.dunning import dun_invoice
from kutego.operations.invoices import issue_invoice
from kutego.operations.legal_texts import add_legal_text
from kutego.operations.offer_answers import decline_offer
from kutego.operations.payments import record_payment
from kutego.operations.refunds import make_transfer_file
from kutego.operations.sealing import seal_chains, unsealed_chains
from tests import factories
from tests.factories import ANNA, DAY


def everything():
    """Three of each at least, so that there is a first, a middle and a last row."""
    with clock.at(clock.noon(DAY)):
        owner = factories.customer(iban="DE89370400440532013000", remark="zahlt pünktlich")
        for _n in range(3):
            deposit(owner, "50.00", DepositKind.ON_SITE)
            _sold_paid_and_cancelled(owner)
            pay_out_credit(
                owner, amount=Decimal("10.00"), iban=owner.iban, account_holder="Jörg Müller",
                on=DAY, by=ANNA,
            )  # fmt: skip
            offer = factories.offer(of=owner)
            decline_offer(offer, version=offer.version, on=DAY)
            seal_chains(db.session.scalars(unsealed_chains()).all())
        for _n in range(3):
            _booked(owner)
            code = factories.value_voucher(owner, send_mail=False).code
            factories.invoice(factories.line("20.00"), of=owner, codes=[code])
        for n in range(2, 6):
            add_legal_text(
                kind=LegalKind.IMPRINT, text=f"Fassung {n}", valid_from=DAY, on=DAY, by=ANNA
            )
        contract = factories.contract(owner)
        unpaid = [factories.invoice(of=owner) for _n in range(3)]
        later = contract.next_invoice_on + timedelta(days=35)
        with clock.at(clock.noon(later)):
            bill_contract(contract, on=later, by=ANNA)
            for invoice in unpaid:
                dun_invoice(invoice, on=later, by=ANNA)
        refunds = db.session.scalars(select(Refund)).all()
        make_transfer_file(refunds, execution_on=later, on=later, by=ANNA)
        _store_files()


def deposit(customer, amount, kind=DepositKind.GOODWILL):
    """Credit as the office books it."""
    return deposit_credit(
        customer, amount=Decimal(amount), kind=kind, received_on=DAY, on=DAY, by=ANNA
    )


def _sold_paid_and_cancelled(owner):
    invoice = factories.invoice(factories.line("60.00"), factories.line("40.00"), of=owner)
    set_off_credit(owner, invoices=[invoice], amount=Decimal("20.00"), on=DAY, by=ANNA)
    record_payment(
        invoice, amount=Decimal("80.00"), method=PaymentMethod.PAYPAL, paid_on=DAY, on=DAY, by=ANNA
    )
    cancel_positions(
        invoice, positions=["p2"], fee=Decimal("5.00"), reason="Absage",
        settlement=Settlement.REFUND, on=DAY, by=ANNA,
    )  # fmt: skip


def _booked(owner):
    issue_invoice(factories.draft(of=owner, payment_method=PaymentMethod.EXTERNAL), on=DAY, by=ANNA)


def _store_files():
    kind = InvoiceVersion.__tablename__
    for rendition in db.session.scalars(select(Rendition).where(Rendition.kind == kind).limit(3)):
        document_bytes(rendition)
