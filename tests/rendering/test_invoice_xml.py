"""Every invoice the program can issue passes schema and schematron of EN 16931."""

from decimal import Decimal
from itertools import cycle, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from kutego.models.company import PriceMode, TaxMode
from kutego.models.payment_method import PaymentMethod
from kutego.models.position import Unit
from kutego.operations.pricing import voucher_reason
from kutego.rendering import render
from kutego.rendering.invoice_xml import EN16931, XRECHNUNG, to_cii
from tests.rendering.en16931 import broken_rules
from tests.rendering.snapshots import Line, cancellation, offer, payment, snapshot

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
MONTH = ("2026-12-01", "2026-12-31")
COURSE = Line(period=MONTH)
BOOK = Line("Fachbuch", price="24.90", rate="7.00", quantity="3.00", detail=None, kind="product")
EXEMPT = Line("Vortrag", price="35.00", category="E", reason="Steuerfrei nach § 4 Nr. 22 UStG")
DUNNED = Line(
    "Mahngebühr (2. Mahnung)", price="5.00", detail=None, kind="dunning_fee", unit="LS",
    category="E", reason="Mahngebühr: nicht steuerbarer Schadensersatz (§ 286 BGB)",
)  # fmt: skip
SOLD = Line(
    "Geschenkgutschein", price="50.00", detail=None, kind="voucher", quantity="2.00",
    category="E", reason=voucher_reason(),
)  # fmt: skip
RATES = {
    "19": (COURSE,),
    "7": (BOOK,),
    "19 and 7": (COURSE, BOOK),
    "19 and exempt": (COURSE, EXEMPT),
    "19 and a dunning fee": (COURSE, DUNNED),
    "exempt and a dunning fee": (EXEMPT, DUNNED),
    "19 and a voucher": (COURSE, SOLD),
    "a voucher and a dunning fee": (SOLD, DUNNED),
}
TAX_CASES = [(TaxMode.REGULAR.value, rates) for rates in RATES] + [
    (mode.value, rates)
    for mode in TaxMode
    for rates in ("19", "19 and a dunning fee")
    if mode is not TaxMode.REGULAR
]
NEW_VERSION = {
    "number": "R-2026-00012-2",
    "type_code": "384",
    "preceding": {"number": "R-2026-00012", "issued_on": "2026-11-02"},
}
FEES = {
    "no fee": None,
    "fee taxed": Line("Stornogebühr", price="20.00", detail=None),
    "fee not taxable": Line(
        "Stornogebühr", price="20.00", category="E", reason="Nicht steuerbarer Schadensersatz"
    ),
}
PRICES = [mode.value for mode in PriceMode]
SOME, ALL = "10.00", "99999.00"
TAKEN = [  # every kind that a new document takes off, some or all of the total, and all of them
    {},
    *({kind: amount} for kind, amount in product(("credit", "down_payment"), (SOME, ALL))),
    {"voucher": SOME, "credit": SOME, "down_payment": SOME},
    {"credit": SOME, "down_payment": ALL},
]
OFF = (  # in per cent, and by a code after it
    {"discount_percent": "0.00"},
    {"discount_percent": "10.00", "code_discount": "7.77"},
    {"discount_percent": "100.00"},
)


def lines(rates: str, off: dict[str, str]) -> tuple[Line, ...]:
    return tuple(Line(**(vars(line) | off)) for line in RATES[rates])


def find(xml: bytes, *path: str) -> str | None:
    return etree.fromstring(xml).findtext(
        ".//" + "/".join(RAM + name if name != "*" else name for name in path)
    )


def line_gaps(xml: bytes) -> list[Decimal]:
    """Per line: how far quantity × price − allowance is from the line's amount."""
    gaps = []
    for line in etree.fromstring(xml).iter(f"{RAM}IncludedSupplyChainTradeLineItem"):
        price = line.findtext(f".//{RAM}NetPriceProductTradePrice/{RAM}ChargeAmount")
        allowance = line.findtext(f".//{RAM}SpecifiedTradeAllowanceCharge/{RAM}ActualAmount") or 0
        total = Decimal(price) * Decimal(line.findtext(f".//{RAM}BilledQuantity"))
        gaps.append(
            abs(total - Decimal(allowance) - Decimal(line.findtext(f".//{RAM}LineTotalAmount")))
        )
    return gaps


def assert_valid(xml: bytes) -> None:
    assert broken_rules(xml) == []
    assert max(line_gaps(xml)) < Decimal("0.006")


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("tax_mode, rates", TAX_CASES)
def test_every_kind_of_invoice_is_valid(tax_mode, rates, prices):
    methods = cycle(PaymentMethod)
    for off, taken, version in product(OFF, TAKEN, ({}, NEW_VERSION)):
        frozen = snapshot(
            lines=lines(rates, off),
            tax_mode=tax_mode,
            prices=prices,
            method=next(methods).value,
            **taken,
            **version,
        )
        assert_valid(to_cii(frozen))


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("tax_mode, rates", TAX_CASES)
def test_every_kind_of_cancellation_is_valid(tax_mode, rates, prices):
    for off, fee, partial in product(OFF, FEES.values(), (True, False)):
        frozen = cancellation(
            lines(rates, off)[: 1 if partial else None],
            fee=fee,
            tax_mode=tax_mode,
            prices=prices,
        )
        assert_valid(to_cii(frozen))


@pytest.mark.parametrize("method", [method.value for method in PaymentMethod])
def test_every_way_to_pay_is_valid_with_and_without_the_bank_data_it_wants(method):
    for seller, paid in product(
        ({}, {"iban": None, "bic": None, "creditor_id": None}),
        (payment(method), payment(method) | {"mandate_reference": None, "debtor_iban": None}),
    ):
        for version, credit in product(({}, NEW_VERSION), ("0.00", "10.00", "999.00")):
            frozen = snapshot(seller=seller, payment=paid, credit=credit, method=method, **version)
            assert_valid(to_cii(frozen))


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("discount", ["0.00", "10.00"])
def test_a_position_that_takes_something_off_has_a_negative_quantity(prices, discount):
    refund = Line("Ausgefallener Tag", price="-12.50", quantity="2.00", discount_percent=discount)

    xml = to_cii(snapshot(lines=[refund, COURSE], prices=prices))

    assert find(xml, "BilledQuantity") == "-2.00"
    assert_valid(xml)


@pytest.mark.parametrize("unit", [unit.value for unit in Unit])
def test_every_unit_is_a_code_of_the_standard(unit):
    assert_valid(to_cii(snapshot(lines=[Line(unit=unit, quantity="2.50")])))


@pytest.mark.parametrize(
    "method, code",
    [
        ("bank_transfer", "58"),
        ("direct_debit", "59"),
        ("paypal", "68"),
        ("on_site", "10"),
        ("on_account", "58"),
        ("external", "1"),
    ],
)
def test_the_way_to_pay_has_its_code_until_nothing_is_due(method, code):
    means = ("SpecifiedTradeSettlementPaymentMeans", "TypeCode")
    assert find(to_cii(snapshot(method=method)), *means) == code
    assert find(to_cii(snapshot(method=method, credit="149.00")), *means) == "57"


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(
        st.tuples(
            st.decimals("0.01", "99999.99", places=2),
            st.decimals("0.01", "300.00", places=2),
            st.sampled_from(["0.00", "0.01", "3.33", "12.50", "99.99", "100.00"]),
            st.sampled_from(["0.00", "0.01", "9.99", "99999.00"]),
            st.sampled_from(["19.00", "7.00"]),
        ),
        min_size=1,
        max_size=5,
    ),
    prices=st.sampled_from(PRICES),
    cancelled=st.booleans(),
)
def test_no_amount_breaks_the_arithmetic_of_the_standard(amounts, prices, cancelled):
    positions = [
        Line(
            price=str(price),
            quantity=str(quantity),
            discount_percent=percent,
            code_discount=code,
            rate=rate,
        )
        for price, quantity, percent, code, rate in amounts
    ]
    frozen = (cancellation if cancelled else snapshot)(lines=positions, prices=prices)

    assert_valid(to_cii(frozen))


@settings(max_examples=40, deadline=None)
@given(text=st.text(min_size=1, max_size=60))
@example(text="\r")
@example(text=" \u2028")
def test_no_text_breaks_the_xml(text):
    frozen = snapshot(
        lines=[Line(text=text, detail=text)],
        recipient={"name": f"A{text}", "street": text, "contact": text},
        title=f"Rechnung{text}",
    )

    assert broken_rules(to_cii(frozen)) == []


def test_the_schematron_does_object():
    wrong = to_cii(snapshot()).replace(b"<ram:DuePayableAmount>149", b"<ram:DuePayableAmount>148")

    assert any("BR-CO-16" in rule or "BT-115" in rule for rule in broken_rules(wrong))


def test_control_characters_are_dropped():
    xml = to_cii(snapshot(lines=[Line(text="Wel\x00pen\x0bkurs\x1f\ufffe")]))

    assert find(xml, "SpecifiedTradeProduct", "Name") == "Welpenkurs"


def test_a_small_business_says_why_there_is_no_vat_and_is_identified_by_its_tax_number():
    xml = to_cii(snapshot(tax_mode="small_business", seller={"vat_id": None}))

    assert find(xml, "ApplicableTradeTax", "ExemptionReason").endswith("(§ 19 UStG)")
    assert find(xml, "ApplicableTradeTax", "CategoryCode") == "E"
    assert find(xml, "SellerTradeParty", "ID") == "305/5836/0012"
    assert_valid(xml)


def test_a_cancellation_names_the_invoice_and_turns_the_quantity_not_the_price():
    xml = to_cii(cancellation([Line(quantity="2.00", discount_percent="10.00")]))

    assert find(xml, "BilledQuantity") == "-2.00"
    assert find(xml, "NetPriceProductTradePrice", "ChargeAmount") == "112.69"
    assert find(xml, "GrandTotalAmount") == "-268.20"
    assert find(xml, "InvoiceReferencedDocument", "IssuerAssignedID") == "R-2026-00012"


def test_a_discount_is_an_allowance_with_its_reason():
    xml = to_cii(snapshot(lines=[Line(discount_percent="10.00")]))

    assert find(xml, "SpecifiedTradeAllowanceCharge", "Reason") == "Rabatt 10 %"
    assert find(xml, "SpecifiedTradeAllowanceCharge", "ActualAmount") == "12.52"


def test_what_a_code_takes_off_is_an_allowance_that_names_it_and_lowers_the_tax():
    xml = to_cii(snapshot(lines=[Line(discount_percent="10.00", code_discount="15.10")]))

    assert find(xml, "SpecifiedTradeAllowanceCharge", "Reason") == (
        "Rabatt 10 %, Rabattcode SOMMER26"
    )
    assert find(xml, "GrandTotalAmount") == "119.00"
    assert find(xml, "TaxTotalAmount") == "19.00"


def test_a_redeemed_voucher_is_prepaid_and_leaves_the_vat_alone():
    xml = to_cii(snapshot(voucher="50.00"))

    assert find(xml, "TotalPrepaidAmount") == "50.00"
    assert find(xml, "DuePayableAmount") == "99.00"
    assert find(xml, "TaxTotalAmount") == "23.79"
    assert "Gutschein …9TWA: 50.00 EUR" in xml.decode()


def test_a_sold_voucher_is_exempt_with_the_reason_and_never_out_of_scope():
    xml = to_cii(snapshot(lines=[COURSE, SOLD]))

    categories = [e.text for e in etree.fromstring(xml).iter(f"{RAM}CategoryCode")]
    assert set(categories) == {"S", "E"}
    assert "Mehrzweckgutschein" in xml.decode()
    assert "§ 3 Abs. 15 UStG" in xml.decode()


def test_credit_is_a_payment_and_leaves_the_vat_alone():
    xml = to_cii(snapshot(credit="50.00"))

    assert find(xml, "TotalPrepaidAmount") == "50.00"
    assert find(xml, "DuePayableAmount") == "99.00"
    assert find(xml, "TaxTotalAmount") == "23.79"


def test_a_down_payment_is_prepaid_beside_credit_and_named():
    xml = to_cii(snapshot(credit="50.00", down_payment="20.00"))

    assert find(xml, "TotalPrepaidAmount") == "70.00"
    assert find(xml, "DuePayableAmount") == "79.00"
    assert find(xml, "TaxTotalAmount") == "23.79"
    assert "Anzahlung vom 20.11.2026: 20.00 EUR" in xml.decode()


def test_a_period_stands_in_the_head_and_at_its_line():
    xml = to_cii(snapshot(lines=[COURSE, BOOK]))

    assert xml.count(b"<ram:BillingSpecifiedPeriod>") == 2
    assert "20261231" in find(xml, "ActualDeliverySupplyChainEvent", "OccurrenceDateTime", "*")


def test_the_xrechnung_fills_every_field_it_demands():
    xml = render(snapshot(), "xml")

    assert XRECHNUNG in xml
    assert broken_rules(xml.replace(XRECHNUNG, EN16931)) == []
    assert find(xml, "BuyerReference") == "K-10012"
    assert find(xml, "SellerTradeParty", "DefinedTradeContact", "PersonName") == "Petra Kuhn"
    assert find(xml, "TelephoneUniversalCommunication", "CompleteNumber") == "+49 521 123456"
    for party in ("SellerTradeParty", "BuyerTradeParty"):
        assert "@" in find(xml, party, "URIUniversalCommunication", "URIID")
    assert find(xml, "BusinessProcessSpecifiedDocumentContextParameter", "ID").startswith("urn:fdc")


def test_without_an_address_for_the_buyer_it_is_plain_en_16931():
    xml = render(snapshot(recipient={"email": None}), "xml")

    assert EN16931 in xml
    assert_valid(xml)


def test_an_offer_has_no_xml():
    with pytest.raises(ValueError, match="no XML"):
        render(offer(), "xml")
