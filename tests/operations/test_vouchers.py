"""Vouchers: sold, given away, redeemed in the order of the spec, returned, turned into credit."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select, update

from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import (
    Customer,
    Invoice,
    Message,
    Payment,
    PaymentKind,
    PaymentMethod,
    PositionKind,
    PriceMode,
    Settlement,
    TaxMode,
    Voucher,
    VoucherExpiry,
    VoucherState,
    VoucherTax,
)
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.credit import correct_entry
from kutego.operations.down_payments import DownPayment
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input, issue_invoice
from kutego.operations.logins import TooManyTries
from kutego.operations.merging import merge_customers
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.payments import record_payment, reverse_payment
from kutego.operations.verification import verify
from kutego.operations.voucher_codes import ALPHABET, find_from_outside, normalised, split_codes
from kutego.operations.voucher_conversion import convert_vouchers
from kutego.operations.voucher_payments import redeem_vouchers
from kutego.operations.vouchers import (
    block_voucher,
    change_validity,
    issue_value_vouchers,
    unblock_voucher,
)
from tests import factories
from tests.everything import deposit
from tests.factories import ANNA, DAY, discount_code, line, value_voucher, voucher_template
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")

GIVEN = {"on": DAY, "by": ANNA}
D = Decimal
CODES = "23456789ABCD", "EFGHJKMNPQRS"


def sold_line(price="50.00", **values):
    defaults = {"kind": PositionKind.VOUCHER, "text": "Gutschein", "vat_rate": D("0.00")}
    return line(price, **defaults | values)


def sell(*lines, **values):
    """Sell vouchers and answer with the codes."""
    invoice = factories.invoice(*(lines or [sold_line()]), **values)
    return invoice, codes_of(invoice)


def codes_of(invoice):
    query = select(Voucher).where(Voucher.invoice_id == invoice.id)
    return list(db.session.scalars(query.order_by(Voucher.id)))


def issue(draft, **values):
    return issue_invoice(draft, **GIVEN | values)


def taken(invoice):
    """The deductions as they stand on the document."""
    return [(d["kind"], d["amount"]) for d in invoice.current.snapshot["deductions"]]


def state(voucher, on=DAY):
    return voucher.state(on)


# --- what is refused --------------------------------------------------------------------------


def test_a_code_that_cannot_be_used_is_refused_with_the_reason():
    early = value_voucher(valid_from=DAY + timedelta(1))
    late = value_voucher(valid_to=DAY)
    blocked, used = value_voucher(), value_voucher()
    block_voucher(blocked, reason="Verloren", **GIVEN)
    convert_vouchers(factories.customer(), codes=[used.code], **GIVEN)
    _invoice, [unpaid] = sell()
    mine = discount_code(of=factories.customer(), percent=D("10.00"))
    far = discount_code(minimum=D("100.00"))
    elsewhere = value_voucher(kinds=[PositionKind.COURSE])
    for voucher, match, on in (
        (early, "gilt noch nicht", DAY),
        (late, "abgelaufen", DAY + timedelta(1)),
        (blocked, "gesperrt", DAY),
        (used, "vollständig eingelöst", DAY),
        (unpaid, "wenn er bezahlt ist", DAY),
        (mine, "anderen Kunden", DAY),
        (far, "erst ab 100,00", DAY),
        (elsewhere, "nimmt hier nichts weg", DAY),
    ):
        with pytest.raises(DomainError, match=match):
            factories.draft(on=on, codes=[voucher.code])
    with pytest.raises(DomainError, match="gibt es nicht"):
        factories.draft(codes=[CODES[0]])
    with pytest.raises(DomainError, match="nur ein Rabattcode"):
        factories.draft(codes=[discount_code().code, discount_code().code])


@pytest.mark.parametrize(
    "values,match",
    [
        ({"quantity": D("1.50")}, "einzeln verkauft"),
        ({"quantity": D("101.00")}, "einzeln verkauft"),
        ({"unit_price": D("0.00")}, "was der Gutschein wert ist"),
        ({"vat_rate": D("19.00")}, "ohne Umsatzsteuer"),
    ],
)
def test_a_voucher_that_makes_no_sense_is_not_sold(values, match):
    with pytest.raises(DomainError, match=match):
        factories.draft(sold_line(**values))


@pytest.mark.parametrize(
    "values,match",
    [
        ({"value": D("0.00")}, "Wert zwischen"),
        ({"value": D("0.005")}, "Wert zwischen"),
        ({"count": 0}, "1 bis 1000"),
        ({"count": 1001}, "1 bis 1000"),
        ({"valid_to": DAY - timedelta(1)}, "schon vorbei"),
        ({"name": " "}, "Bezeichnung"),
        ({"send_mail": True}, "Ohne Kunden"),
    ],
)
def test_a_value_voucher_needs_a_value_a_name_and_days_to_come(values, match):
    with pytest.raises(DomainError, match=match):
        value_voucher(**values)


@pytest.mark.parametrize(
    "values,match",
    [
        ({"percent": D("10.00"), "amount": D("5.00")}, "entweder"),
        ({"percent": None}, "entweder"),
        ({"percent": D("100.01")}, "100 Prozent"),
        ({"code": "ÄÖÜ"}, "Buchstaben"),
        ({"most_uses": 0}, "mindestens einmal"),
        ({"minimum": D("-1.00")}, "Mindestbetrag"),
    ],
)
def test_a_discount_code_lowers_prices_in_one_way(values, match):
    with pytest.raises(DomainError, match=match):
        discount_code(**values)


def test_a_code_of_ones_own_exists_once_however_it_is_written():
    assert discount_code(code=" sommer-26 ").code == "SOMMER26"
    with pytest.raises(DomainError, match="gibt es schon"):
        discount_code(code="Sommer 26")


def test_codes_are_drawn_of_letters_that_nobody_mixes_up_and_found_as_people_type_them():
    voucher = value_voucher()

    assert len(voucher.code) == 12
    assert set(voucher.code) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1ILU")
    assert normalised(f" {voucher.number.lower()}\u2009") == voucher.code
    assert split_codes(f"{voucher.number}, {voucher.code};\nSommer 26") == [
        voucher.code, "SOMMER26",
    ]  # fmt: skip


def test_guessing_codes_from_outside_is_slowed_down():
    voucher = value_voucher()
    assert find_from_outside(voucher.number, "192.0.2.1") == [voucher]
    for _try in range(9):
        with pytest.raises(DomainError, match="gibt es nicht"):
            find_from_outside("XXXX-XXXX-XXXX", "192.0.2.1")

    with pytest.raises(TooManyTries):
        find_from_outside(voucher.number, "192.0.2.1")
    assert find_from_outside(voucher.number, "203.0.113.9") == [voucher]


# --- sold -------------------------------------------------------------------------------------


def test_an_issued_invoice_makes_as_many_codes_as_it_sells_and_a_draft_none():
    draft = factories.draft(sold_line(quantity=D("3.00")))
    assert db.session.scalars(select(Voucher)).all() == []

    issue(draft)

    vouchers = codes_of(draft)
    assert len({voucher.code for voucher in vouchers}) == 3
    assert [voucher.rest for voucher in vouchers] == [D("50.00")] * 3
    assert {state(voucher) for voucher in vouchers} == {VoucherState.UNPAID}
    [tax] = draft.current.snapshot["taxes"]
    assert (tax["category"], tax["rate"], tax["tax"]) == ("E", "0.00", "0.00")
    assert "§ 3 Abs. 15 UStG" in tax["reason"]
    record_payment(draft, paid_on=DAY, **GIVEN)
    assert {state(voucher) for voucher in vouchers} == {VoucherState.VALID}
    assert list(verify()) == []


def test_where_the_house_says_so_a_sold_code_is_valid_at_once():
    factories.change_company(vouchers_wait=False)

    _invoice, [voucher] = sell()

    assert state(voucher) is VoucherState.VALID


def test_a_template_says_what_a_code_is_worth_how_long_it_holds_and_how_it_is_taxed():
    house = voucher_template(price=D("45.00"), value=D("50.00"), expiry=VoucherExpiry.STATUTORY)
    single = voucher_template(
        price=D("107.00"), value=D("107.00"), tax=VoucherTax.SINGLE, vat_rate=D("7.00"),
        expiry=VoucherExpiry.MONTHS, expiry_months=12,
    )  # fmt: skip
    free = voucher_template(is_free_value=True)
    with pytest.raises(DomainError, match="mit 7 % verkauft"):
        factories.draft(sold_line("107.00", voucher_template_id=single.id))

    invoice, vouchers = sell(
        sold_line("45.00", voucher_template_id=house.id),
        sold_line("107.00", voucher_template_id=single.id, vat_rate=D("7.00")),
        sold_line("33.30", voucher_template_id=free.id),
    )

    assert [(v.value, v.vat_rate, v.valid_to) for v in vouchers] == [
        (D("50.00"), None, date(2029, 12, 31)),
        (D("107.00"), D("7.00"), date(2027, 11, 23)),
        (D("33.30"), None, None),
    ]
    assert [(p.net, p.tax) for p in invoice.current.positions] == [
        (D("45.00"), D("0.00")),
        (D("100.00"), D("7.00")),
        (D("33.30"), D("0.00")),
    ]


@pytest.mark.parametrize("mode", [TaxMode.SMALL_BUSINESS, TaxMode.EXEMPT_21])
def test_a_house_without_vat_has_one_reason_for_everything_it_sells(mode):
    factories.change_company(tax_mode=mode)

    invoice, [voucher] = sell(sold_line(), line())

    assert len(invoice.current.snapshot["taxes"]) == 1
    assert voucher.vat_rate is None


def test_a_cancelled_sale_blocks_its_codes_for_good_and_one_that_was_used_is_refused():
    customer = factories.customer()
    invoice, [first, second] = sell(sold_line(), sold_line("30.00"), of=customer)
    record_payment(invoice, paid_on=DAY, **GIVEN)
    factories.invoice(line("20.00"), codes=[second.code])
    with pytest.raises(DomainError, match="schon 20,00"):
        plan_cancellation(invoice)

    plan = plan_cancellation(invoice, positions=["p1"])
    assert f"Der Gutschein {first.short} über 50,00\u00a0€ wird gesperrt." in plan.lines()
    cancel_positions(invoice, positions=["p1"], reason="Vertan", **GIVEN)

    assert state(first) is VoucherState.BLOCKED
    with pytest.raises(DomainError, match="bleibt gesperrt"):
        unblock_voucher(first, **GIVEN)
    assert state(second) is VoucherState.VALID
    assert list(verify()) == []


# --- redeemed ---------------------------------------------------------------------------------


def test_a_draft_uses_nothing_and_issuing_takes_what_is_to_be_paid():
    voucher = value_voucher(value=D("60.00"))
    draft = factories.draft(line("49.00"), codes=[voucher.code])
    assert (voucher.rest, voucher.uses, draft.total) == (D("60.00"), 0, D("49.00"))

    issue(draft)

    assert (voucher.rest, voucher.uses) == (D("11.00"), 1)
    assert (draft.total, draft.paid, draft.open_amount) == (D("49.00"), D("49.00"), D("0.00"))
    assert taken(draft) == [("voucher", "49.00")]
    assert draft.current.snapshot["due"] == "0.00"
    assert voucher.short in draft.current.snapshot["deductions"][0]["text"]
    assert voucher.code not in str(draft.current.snapshot)
    factories.invoice(line("49.00"), codes=[voucher.code])
    assert (voucher.rest, voucher.uses) == (D("0.00"), 2)
    assert list(verify()) == []


def test_all_five_deductions_come_off_in_the_order_of_the_spec_with_two_rates():
    """By hand, gross prices.

    Kurs 200,00 at 19 %, 10 % Positionsrabatt      = 180,00
    Buch 2 × 53,50 at 7 %, 20 % Kundenrabatt       =  85,60
    Rabattcode 10 %: 18,00 and 8,56                → 162,00 + 77,04 = 239,04
    19 %: 162,00 / 1,19 = 136,1345 → tax 25,87; 7 %: 77,04 / 1,07 = 72,00 → tax 5,04
    Gutschein 50,00 → 189,04; Guthaben 30,00 → 159,04; Anzahlung 59,04 → zu zahlen 100,00
    """
    customer = factories.customer()
    deposit(customer, "30.00")
    code, voucher = discount_code(percent=D("10.00")), value_voucher(value=D("50.00"))
    lines = (
        line("200.00", text="Kurs", discount_percent=D("10.00")),
        line("53.50", text="Buch", quantity=D("2.00"), vat_rate=D("7.00"),
             discount_percent=D("20.00")),
    )  # fmt: skip

    invoice = factories.invoice(
        *lines, of=customer, codes=[code.code, voucher.code], credit_to_use=D("30.00"),
        down_payment=DownPayment(D("59.04"), PaymentMethod.ON_SITE, DAY),
    )  # fmt: skip

    first, second = invoice.current.positions
    assert (first.code_discount, first.gross, first.tax) == (D("18.00"), D("162.00"), D("25.87"))
    assert (second.code_discount, second.gross, second.tax) == (D("8.56"), D("77.04"), D("5.04"))
    assert invoice.total == D("239.04")
    assert taken(invoice) == [
        ("voucher", "50.00"), ("credit", "30.00"), ("down_payment", "59.04"),
    ]  # fmt: skip
    assert invoice.current.snapshot["due"] == "100.00"
    assert invoice.open_amount == D("100.00")
    assert (code.uses, voucher.rest, customer.credit) == (1, D("0.00"), D("0.00"))
    assert list(verify()) == []


def test_credit_and_down_payment_may_not_be_more_than_what_the_codes_leave():
    customer = factories.customer()
    deposit(customer, "30.00")
    voucher = value_voucher(value=D("40.00"))

    with pytest.raises(DomainError, match="höchstens"):
        factories.draft(line("50.00"), of=customer, codes=[voucher.code], credit_to_use=D("10.01"))


def test_a_code_for_some_positions_pays_only_these_and_comes_before_one_for_all():
    book, course = factories.product(name="Buch"), factories.product(name="Kurs")
    lines = [
        line("30.00", kind=PositionKind.PRODUCT, product_id=book.id),
        line("70.00", kind=PositionKind.PRODUCT, product_id=course.id),
    ]
    for_all = value_voucher(value=D("60.00"))
    for_book = value_voucher(value=D("40.00"), products=[book])

    invoice = factories.invoice(*lines, codes=[for_all.code, for_book.code])

    assert (for_book.rest, for_all.rest) == (D("10.00"), D("0.00"))
    assert invoice.open_amount == D("10.00")


def test_no_code_buys_a_code():
    with pytest.raises(DomainError, match="nimmt hier nichts weg"):
        factories.draft(sold_line(), codes=[value_voucher().code])
    with pytest.raises(DomainError, match="nimmt hier nichts weg"):
        factories.draft(sold_line(), codes=[discount_code().code])


def test_an_amount_is_shared_out_to_the_cent_and_never_takes_more_than_there_is():
    code = discount_code(percent=None, amount=D("10.00"))
    invoice = factories.invoice(*(line("33.33") for _n in range(3)), codes=[code.code])
    assert [p.code_discount for p in invoice.current.positions] == [
        D("3.34"), D("3.33"), D("3.33"),
    ]  # fmt: skip
    assert invoice.total == D("89.99")

    whole = factories.invoice(line("8.00"), codes=[code.code])

    assert (whole.total, whole.open_amount) == (D("0.00"), D("0.00"))
    assert list(verify()) == []


def test_a_discount_of_net_prices_is_net():
    factories.change_company(prices=PriceMode.NET)
    code = discount_code(percent=None, amount=D("10.00"))

    invoice = factories.invoice(line("110.00"), codes=[code.code])

    assert invoice.total == D("119.00")


def test_uses_are_counted_for_the_code_and_for_each_customer():
    customer = factories.customer()
    once_each = discount_code(most_per_customer=1)
    twice = discount_code(most_uses=2)
    factories.invoice(of=customer, codes=[once_each.code])
    with pytest.raises(DomainError, match="so oft eingelöst"):
        factories.draft(of=customer, codes=[once_each.code])
    factories.invoice(codes=[once_each.code])
    twin = factories.customer()  # the same person, as turns out
    merge_customers([twin, customer], on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="so oft eingelöst"):
        factories.draft(of=twin, codes=[once_each.code])

    factories.invoice(codes=[twice.code])
    factories.invoice(codes=[twice.code])

    with pytest.raises(DomainError, match="vollständig eingelöst"):
        factories.draft(codes=[twice.code])


def test_a_single_purpose_voucher_lowers_prices_of_its_own_rate_as_its_tax_is_paid():
    template = voucher_template(
        price=D("107.00"), value=D("107.00"), tax=VoucherTax.SINGLE, vat_rate=D("7.00")
    )
    sale, [voucher] = sell(sold_line("107.00", voucher_template_id=template.id, vat_rate=D("7.00")))
    record_payment(sale, paid_on=DAY, **GIVEN)

    invoice = factories.invoice(
        line("53.50", vat_rate=D("7.00")), line("119.00"), codes=[voucher.code]
    )

    assert [(p.gross, p.tax) for p in invoice.current.positions] == [
        (D("0.00"), D("0.00")),
        (D("119.00"), D("19.00")),
    ]
    assert (voucher.rest, taken(invoice)) == (D("53.50"), [])
    plan = plan_cancellation(invoice, positions=["p1"])
    assert (f"Zurück auf Gutschein {voucher.short}", D("53.50")) in plan.lines()
    cancel_positions(invoice, positions=["p1"], reason="Vertan", **GIVEN)
    assert voucher.rest == D("107.00")
    with pytest.raises(DomainError, match="schon versteuert"):
        convert_vouchers(invoice.customer, codes=[voucher.code], **GIVEN)
    assert list(verify()) == []


def test_a_correction_keeps_what_the_codes_took_and_knows_what_they_paid():
    code, voucher = discount_code(percent=D("10.00")), value_voucher(value=D("20.00"))
    invoice = factories.invoice(line("100.00"), codes=[code.code, voucher.code])
    assert (invoice.total, invoice.open_amount) == (D("90.00"), D("70.00"))
    kept = as_input(invoice.current.positions[0])

    edit_invoice(
        invoice, positions=[kept, line("50.00", text="Noch etwas")], reason="Vergessen", **GIVEN
    )

    assert [p.code_discount for p in invoice.current.positions] == [D("10.00"), D("5.00")]
    assert (invoice.total, invoice.open_amount) == (D("135.00"), D("115.00"))
    assert taken(invoice) == [("voucher", "20.00")]
    assert (code.uses, voucher.uses) == (1, 1)
    assert list(verify()) == []


# --- back to the code -------------------------------------------------------------------------


def test_a_cancellation_returns_to_the_code_first_then_to_credit_then_money():
    """100,00 by voucher 40, credit 30, money 30. Cancelled in two steps of 60 and 40."""
    customer = factories.customer()
    deposit(customer, "30.00")
    voucher = value_voucher(value=D("40.00"))
    invoice = factories.invoice(
        line("60.00"), line("40.00"), of=customer, codes=[voucher.code], credit_to_use=D("30.00")
    )
    record_payment(invoice, paid_on=DAY, **GIVEN)

    plan = plan_cancellation(invoice, positions=["p1"], settlement=Settlement.REFUND)
    assert (plan.redeemed, plan.returned, plan.money) == (D("40.00"), D("20.00"), D("0.00"))
    assert (f"Zurück auf Gutschein {voucher.short}", D("40.00")) in plan.lines()
    first = cancel_positions(invoice, positions=["p1"], reason="Krank", **GIVEN)
    second = cancel_positions(
        invoice, positions=["p2"], reason="Krank", settlement=Settlement.REFUND, **GIVEN
    )

    assert (first.to_vouchers, first.credited, first.refunded) == (
        D("40.00"), D("20.00"), D("0.00"),
    )  # fmt: skip
    assert "40,00\u00a0€ gehen zurück" in first.snapshot["payment"]["terms"]
    assert (second.to_vouchers, second.credited, second.refunded) == (
        None, D("10.00"), D("30.00"),
    )  # fmt: skip
    assert (voucher.rest, voucher.uses, customer.credit) == (D("40.00"), 0, D("30.00"))
    assert list(verify()) == []


def test_what_was_never_paid_comes_back_from_nowhere():
    voucher = value_voucher(value=D("40.00"))
    invoice = factories.invoice(line("60.00"), line("50.00"), codes=[voucher.code])

    cancellation = cancel_positions(invoice, positions=["p1"], reason="Krank", **GIVEN)

    assert (cancellation.settled, cancellation.settlement) == (D("0.00"), None)
    assert (voucher.rest, invoice.open_amount) == (D("0.00"), D("10.00"))
    cancel_positions(invoice, positions=["p2"], reason="Krank", **GIVEN)
    assert voucher.rest == D("40.00")


def test_a_discount_code_can_be_used_again_once_nothing_is_left_of_its_invoice():
    code = discount_code(most_uses=1)
    invoice = factories.invoice(line("60.00"), line("40.00"), codes=[code.code])
    cancel_positions(invoice, positions=["p1"], reason="Krank", **GIVEN)
    assert state(code) is VoucherState.USED_UP

    cancel_positions(invoice, positions=["p2"], reason="Krank", **GIVEN)

    assert state(code) is VoucherState.VALID
    assert list(verify()) == []


def test_a_payment_by_voucher_can_be_reversed_and_returns_to_the_code():
    voucher = value_voucher(value=D("20.00"))
    invoice = factories.invoice(line("50.00"), codes=[voucher.code])
    record_payment(invoice, paid_on=DAY, **GIVEN)
    payment = db.session.scalars(select(Payment).where(Payment.kind == PaymentKind.VOUCHER)).one()

    reverse_payment(payment, reason="Falscher Code", **GIVEN)

    assert (voucher.rest, voucher.uses, invoice.open_amount) == (D("20.00"), 0, D("20.00"))
    with pytest.raises(DomainError, match="schon zurückgebucht"):
        reverse_payment(payment, reason="Falscher Code", **GIVEN)
    assert list(verify()) == []


def test_an_invoice_that_is_issued_can_be_paid_with_vouchers_that_are_good_for_it():
    course = [PositionKind.PRODUCT]
    invoice = factories.invoice(
        line("30.00", kind=PositionKind.PRODUCT, product_id=factories.product().id), line("70.00")
    )
    for_one, for_all = value_voucher(value=D("40.00"), kinds=course), value_voucher()
    with pytest.raises(DomainError, match="bevor eine Rechnung"):
        redeem_vouchers(invoice, codes=[discount_code().code], **GIVEN)

    redeem_vouchers(invoice, codes=[for_one.code, for_all.code], **GIVEN)

    assert (for_one.rest, for_all.rest, invoice.open_amount) == (D("10.00"), D("0.00"), D("20.00"))
    with pytest.raises(DomainError, match="nimmt hier nichts weg"):
        redeem_vouchers(invoice, codes=[for_one.code], **GIVEN)
    assert list(verify()) == []


def test_codes_and_instalments_do_not_go_together():
    with pytest.raises(DomainError, match="Codes und Raten"):
        factories.draft(line("90.00"), codes=[value_voucher().code], instalments=3)


def test_whoever_accepts_an_offer_pays_with_codes_one_invoice_after_the_other():
    customer = factories.customer()
    deposit(customer, "10.00")
    dog, course, term = (
        factories.participant(customer), factories.running_course(), factories.term_template(),
    )  # fmt: skip
    contract = line(
        "49.00", kind=PositionKind.COURSE, text="Junghunde", participant_id=dog.id,
        course_date_id=course.id, term_template_id=term.id, starts_on=DAY,
    )  # fmt: skip
    offer = factories.offer(contract, line("40.00"), of=customer)
    voucher, discount = value_voucher(value=D("60.00")), discount_code()
    texts = {kind: text.id for kind, text in consent_texts(DAY).items()}
    accept = partial(accept_offer, offer, version=1, consents=texts, on=DAY)
    with pytest.raises(DomainError, match="Preise dieses Angebots stehen schon fest"):
        accept(codes=[discount.code])
    with pytest.raises(DomainError, match="nimmt hier nichts weg"):
        accept(codes=[voucher.code, value_voucher(kinds=[PositionKind.TICKET]).code])

    accept(codes=[voucher.code])

    query = select(Invoice).where(Invoice.offer_id == offer.id).order_by(Invoice.id)
    first, second = db.session.scalars(query).all()
    assert taken(first) == [("voucher", "40.00")]
    assert taken(second) == [("voucher", "20.00"), ("credit", "10.00")]
    assert (first.open_amount, second.open_amount) == (D("0.00"), D("19.00"))
    assert (voucher.rest, customer.credit) == (D("0.00"), D("0.00"))
    assert list(verify()) == []


# --- turned into credit -----------------------------------------------------------------------


def test_codes_become_credit_together_or_not_at_all():
    customer = factories.customer()
    first, second = value_voucher(value=D("20.00")), value_voucher(value=D("5.50"))
    limited, discount = value_voucher(kinds=[PositionKind.COURSE]), discount_code()
    for wrong, match in ((limited, "bestimmte Angebote"), (discount, "Rabattcode")):
        with pytest.raises(DomainError, match=match):
            convert_vouchers(customer, codes=[first.code, wrong.code], **GIVEN)
    assert (first.rest, customer.credit) == (D("20.00"), D("0.00"))

    entries = convert_vouchers(customer, codes=[first.code, second.code], **GIVEN)

    assert (customer.credit, first.rest, second.rest) == (D("25.50"), D("0.00"), D("0.00"))
    assert [entry.receipt_id for entry in entries] == [None, None]
    with pytest.raises(DomainError, match="vollständig eingelöst"):
        convert_vouchers(customer, codes=[first.code], **GIVEN)
    correct_entry(entries[1], reason="Falscher Kunde", **GIVEN)
    assert (customer.credit, second.rest) == (D("20.00"), D("5.50"))
    assert list(verify()) == []


def test_verify_names_a_rest_a_counter_and_a_payment_that_do_not_fit():
    voucher = value_voucher(value=D("20.00"))
    factories.invoice(line("50.00"), codes=[voucher.code])
    assert list(verify()) == []
    with transaction() as session:
        session.execute(update(Voucher).values(rest=D("1.00"), uses=7))

    problems = [problem.text for problem in verify()]

    assert problems == [
        "Der Rest ist mit 1,00\u00a0€ vermerkt, Wert und Einlösungen ergeben 0,00\u00a0€.",
        "Als 7-mal eingelöst vermerkt, die Einlösungen ergeben 1.",
    ]


# --- two at once ------------------------------------------------------------------------------


def test_of_two_invoices_with_the_same_rest_one_wins_and_the_other_is_told(app):
    voucher = value_voucher(value=D("50.00"))
    drafts = [factories.draft(line("40.00"), codes=[voucher.code]).id for _n in range(2)]

    def finish(draft_id):
        return lambda: issue(db.session.get_one(Invoice, draft_id)).number

    won, lost = sorted(in_threads(app, *map(finish, drafts)), key=lambda r: not isinstance(r, str))

    assert isinstance(won, str)
    assert "nur noch 10,00" in str(lost)
    db.session.rollback()
    assert db.session.get_one(Voucher, voucher.id).rest == D("10.00")
    assert list(verify()) == []


def test_a_code_is_redeemed_or_converted_or_its_sale_cancelled_but_never_two_of_them(app):
    sale, [voucher] = sell()
    record_payment(sale, paid_on=DAY, **GIVEN)
    draft, customer = factories.draft(line("50.00"), codes=[voucher.code]), factories.customer()
    sale_id, draft_id, customer_id, code = sale.id, draft.id, customer.id, voucher.code

    done = in_threads(
        app,
        lambda: issue(db.session.get_one(Invoice, draft_id)).id,
        lambda: convert_vouchers(
            db.session.get_one(Customer, customer_id), codes=[code], **GIVEN
        )[0].id,
        lambda: cancel_positions(
            db.session.get_one(Invoice, sale_id), reason="Vertan", **GIVEN
        ).id,
    )  # fmt: skip

    assert sum(isinstance(one, int) for one in done) == 1, done
    assert all(isinstance(one, int | DomainError) for one in done), done
    assert list(verify()) == []


# --- mailed -----------------------------------------------------------------------------------


def test_a_buyer_gets_the_codes_by_mail_with_the_payment_and_only_once():
    invoice, vouchers = sell(sold_line(quantity=D("2.00")), of=factories.customer())
    other, _codes = sell(send_mail=False)
    record_payment(other, paid_on=DAY, **GIVEN)
    assert run_job("mail_vouchers", DAY).done == 0

    record_payment(invoice, paid_on=DAY, **GIVEN)
    assert run_job("mail_vouchers", DAY, dry_run=True).plan == [invoice.customer.name]
    assert run_job("mail_vouchers", DAY).done == 1
    assert run_job("mail_vouchers", DAY).done == 0

    mail = db.session.scalars(select(Message).where(Message.template == "voucher")).one()
    assert mail.subject.startswith("Ihre 2 Gutscheine")
    assert all(voucher.number in mail.body for voucher in vouchers)
    assert len(mail.attachments) == 2


# --- what changes about a code ----------------------------------------------------------------


def test_a_blocked_code_can_be_let_go_again_and_its_days_be_changed():
    voucher = value_voucher(valid_to=DAY)
    block_voucher(voucher, reason="Verloren gemeldet", **GIVEN)
    with pytest.raises(DomainError, match="schon gesperrt"):
        block_voucher(voucher, reason="Noch einmal", **GIVEN)
    unblock_voucher(voucher, **GIVEN)
    assert state(voucher, DAY + timedelta(1)) is VoucherState.EXPIRED

    change_validity(voucher, valid_to=DAY + timedelta(30), **GIVEN)

    assert state(voucher, DAY + timedelta(1)) is VoucherState.VALID
    old, new = voucher.sheets
    assert old.snapshot["voucher"]["valid_to"] == DAY.isoformat()
    assert new.snapshot["voucher"]["valid_to"] == (DAY + timedelta(30)).isoformat()


def test_many_codes_are_given_away_at_once():
    first = issue_value_vouchers(name="Messe", value=D("5.00"), count=40, **GIVEN)

    codes = db.session.scalars(select(Voucher.code)).all()
    assert len(set(codes)) == 40
    assert first.code in codes
