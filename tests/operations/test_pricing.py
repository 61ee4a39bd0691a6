"""What positions cost: no cent is lost or hidden, whichever way prices are kept."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kutego.models import Company, DraftPosition, PriceMode, TaxMode
from kutego.money import CENT, ZERO, to_cents, vat_in
from kutego.operations.pricing import RATES, price
from kutego.operations.snapshots import deductions

PRICES = st.integers(-50_000, 500_000).map(lambda n: Decimal(n) / 100)
QUANTITIES = st.integers(1, 2_000).map(lambda n: Decimal(n) / 100)
PERCENTS = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)


def house(tax_mode=TaxMode.REGULAR, prices=PriceMode.GROSS):
    return Company(tax_mode=tax_mode, prices=prices)


def line(amount, rate="19.00", quantity="1.00", discount="0.00"):
    return DraftPosition(
        unit_price=Decimal(amount),
        vat_rate=Decimal(rate),
        quantity=Decimal(quantity),
        discount_percent=Decimal(discount),
    )


LINES = st.lists(
    st.builds(line, PRICES, st.sampled_from(RATES), QUANTITIES, PERCENTS), min_size=1, max_size=12
)


@settings(max_examples=300)
@given(LINES, st.sampled_from(list(PriceMode)), st.sampled_from(list(TaxMode)))
def test_lines_sum_up_to_rates_and_rates_to_the_document(lines, prices, mode):
    priced = price(lines, house(mode, prices))

    assert [p.position for p in priced.lines] == lines
    for tax in priced.taxes:
        group = [p for p in priced.lines if p.rate == tax.rate]
        for name in ("net", "tax", "gross"):
            assert sum(getattr(p, name) for p in group) == getattr(tax, name)
        assert tax.net + tax.tax == tax.gross
    assert priced.net + priced.tax == priced.gross
    assert all(p.net + p.tax == p.gross for p in priced.lines)


@settings(max_examples=300)
@given(LINES)
def test_with_gross_prices_each_line_is_what_was_agreed(lines):
    priced = price(lines, house())

    for made in priced.lines:
        position = made.position
        full = to_cents(position.quantity * position.unit_price)
        assert made.gross == full - to_cents(full * position.discount_percent / 100)
        assert abs(made.tax - made.gross * made.rate / (100 + made.rate)) < CENT
    for tax in priced.taxes:
        assert tax.tax == vat_in(tax.gross, tax.rate)


@settings(max_examples=300)
@given(LINES)
def test_with_net_prices_tax_comes_on_top_of_the_sum_of_each_rate(lines):
    priced = price(lines, house(prices=PriceMode.NET))

    for made in priced.lines:
        assert abs(made.tax - made.net * made.rate / 100) < CENT
    for tax in priced.taxes:
        assert tax.tax == to_cents(tax.net * tax.rate / 100)


def test_a_deduction_that_nearly_eats_the_rest_keeps_its_own_tax():
    priced = price([line("100.00"), line("-100.00"), line("0.01")], house())

    assert [(p.net, p.tax) for p in priced.lines] == [
        (Decimal("84.03"), Decimal("15.97")),
        (Decimal("-84.03"), Decimal("-15.97")),
        (Decimal("0.01"), Decimal("0.00")),
    ]


def test_sixteen_percent_of_gross_totals_have_no_net_amount_and_are_priced_all_the_same():
    priced = price([line("0.03")], house())

    assert (priced.net, priced.tax, priced.gross) == (Decimal("0.03"), ZERO, Decimal("0.03"))


@pytest.mark.parametrize("mode", [TaxMode.SMALL_BUSINESS, TaxMode.EXEMPT_21, TaxMode.EXEMPT_22])
def test_exempt_companies_show_no_tax_and_say_why(mode):
    priced = price([line("100.00"), line("50.00", "7.00")], house(mode))

    (tax,) = priced.taxes
    assert (tax.category, tax.rate, tax.tax, tax.gross) == ("E", 0, 0, Decimal("150.00"))
    assert "§" in tax.reason


def test_a_rate_of_zero_is_exempt_with_a_reason_beside_taxed_lines():
    priced = price([line("100.00"), line("50.00", "0.00")], house())

    assert [(t.category, bool(t.reason)) for t in priced.taxes] == [("S", False), ("E", True)]


def test_deductions_leave_what_is_due():
    taken = deductions([("credit", "Guthaben", Decimal("30.00"))], Decimal("100.00"))

    assert (taken["prepaid"], taken["due"]) == ("30.00", "70.00")
