"""Euro amounts: rounding, sharing out, and what is no amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kutego.money import (
    CENT,
    ZERO,
    Hundredths,
    Money,
    allocate,
    decimal_comma,
    euro,
    is_amount,
    percent,
    round_to,
    to_cents,
    vat_in,
)

AMOUNTS = st.integers(-10_000_000, 10_000_000).map(lambda n: Decimal(n) / 100)
POSITIVE = st.integers(0, 10_000_000).map(lambda n: Decimal(n) / 100)
RATES = st.sampled_from([Decimal("19"), Decimal("7"), Decimal("0")])


@pytest.mark.parametrize(
    "value",
    [1.5, True, "1.00", Decimal("NaN"), Decimal("Infinity"), Decimal("0.001"),
     Decimal("10000000000.00")],
)  # fmt: skip
def test_what_is_no_amount_is_kept_out_of_the_database(value):
    assert not is_amount(value)
    with pytest.raises(ValueError, match="not an amount"):
        Money().process_bind_param(value, None)


def test_a_column_is_compared_with_whole_euros_too():
    assert Money().process_bind_param(3, None) == 300
    assert Money().process_bind_param(None, None) is None


@given(AMOUNTS)
def test_an_amount_comes_back_from_the_database_as_it_went_in(amount):
    stored = Money().process_bind_param(amount, None)

    assert isinstance(stored, int)
    assert Money().process_result_value(stored, None) == amount


def test_a_percentage_with_three_places_is_refused():
    with pytest.raises(ValueError, match="two decimal places"):
        Hundredths().process_bind_param(Decimal("7.125"), None)


@pytest.mark.parametrize("amount,rounded", [("0.005", "0.01"), ("-0.005", "-0.01"),
                                            ("0.0049", "0.00"), ("2.675", "2.68")])  # fmt: skip
def test_half_a_cent_is_rounded_away_from_zero(amount, rounded):
    assert to_cents(Decimal(amount)) == Decimal(rounded)


@given(AMOUNTS, RATES)
def test_vat_is_taken_out_of_the_gross_amount(gross, rate):
    tax = vat_in(gross, rate)

    assert abs(tax - gross * rate / (100 + rate)) <= CENT / 2


@given(AMOUNTS, st.lists(POSITIVE, min_size=1, max_size=30))
def test_parts_sum_up_to_the_whole_and_are_less_than_a_cent_off(total, weights):
    parts = allocate(total, weights)

    assert sum(parts) == total
    assert all(is_amount(part) for part in parts)
    if whole := sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - total * weight / whole) < CENT
            assert weight or part == 0


@given(st.lists(AMOUNTS, min_size=1, max_size=30), RATES)
def test_the_tax_of_lines_of_either_sign_stays_next_to_each_line(amounts, rate):
    total = sum(amounts, ZERO)
    exact = [amount * 100 / (100 + rate) for amount in amounts]

    nets = round_to(exact, total - vat_in(total, rate))

    assert sum(nets) == total - vat_in(total, rate)
    assert all(abs(net - share) < CENT for net, share in zip(nets, exact, strict=True))


def test_nothing_is_shared_out_among_nobody():
    assert allocate(Decimal("1.00"), []) == []
    assert allocate(Decimal("1.00"), [ZERO, ZERO]) == [Decimal("1.00"), ZERO]


@pytest.mark.parametrize(
    "amount,text", [("1234.5", "1.234,50"), ("-0.01", "-0,01"), ("1000000", "1.000.000,00")]
)
def test_amounts_read_as_germans_write_them(amount, text):
    assert decimal_comma(Decimal(amount)) == text
    assert euro(Decimal(amount)) == f"{text}\u00a0€"


@pytest.mark.parametrize("rate,text", [("19.00", "19"), ("7.50", "7,5"), ("0.00", "0"),
                                       ("100", "100"), ("10.00", "10")])  # fmt: skip
def test_percentages_carry_no_empty_places(rate, text):
    assert percent(Decimal(rate)) == text
