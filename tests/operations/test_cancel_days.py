"""Three of five days are charged: positions cancelled by days, to the cent (spec INV-47)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Cancellation,
    CancellationPosition,
    Enrolment,
    EnrolmentState,
    Invoice,
    PositionKind,
    PriceMode,
    Settlement,
    TaxMode,
)
from kutego.operations.billing import cancelled_periods
from kutego.operations.cancellations import (
    cancel_positions,
    cancellable_positions,
    plan_cancellation,
)
from kutego.operations.payments import record_payment
from kutego.operations.position_parts import parts_left
from kutego.operations.verification import verify
from kutego.rendering.invoice_pdf import lines_of
from kutego.rendering.invoice_xml import to_cii
from tests import factories
from tests.factories import ANNA, DAY, line
from tests.racing import in_threads
from tests.rendering.test_invoice_xml import assert_valid

pytestmark = pytest.mark.usefixtures("app")

GIVEN = {"on": DAY, "by": ANNA}
FIRST = date(2026, 12, 1)


def course_of(days, **values):
    """A block course with one day a week."""
    last = FIRST + timedelta(weeks=days - 1)
    course = factories.course_date(starts_on=FIRST, ends_on=last, **values)
    for week in range(days):
        on = FIRST + timedelta(weeks=week)
        factories.course_day(course, on)
    return course


def sold(price="149.00", *, days=5, more=(), codes=(), **values):
    """An issued invoice with a course of so many days, and its participant's place."""
    dog = factories.participant()
    course = course_of(days)
    position = line(
        price, kind=PositionKind.COURSE, text="Welpenkurs", participant_id=dog.id,
        course_date_id=course.id, **values,
    )  # fmt: skip
    return factories.invoice(position, *more, of=dog.customer, codes=codes)


def cancel(invoice, **values):
    return cancel_positions(invoice, **GIVEN | {"reason": "Hund krank"} | values)


def amounts(cancellation):
    """Net, tax and gross of the document, without the sign."""
    return tuple(-Decimal(cancellation.snapshot[name]) for name in ("net", "tax", "gross"))


def test_two_of_five_days_of_an_open_invoice_lower_the_claim():
    """149.00 / 5 = 29.80 a day; 19 % in 149.00 is 23.79, so net 125.21 / 5 = 25.04 a day."""
    invoice = sold()

    told = plan_cancellation(invoice, days={"p1": 2}).lines()
    cancellation = cancel(invoice, days={"p1": 2})

    assert told == [
        ("Welpenkurs (2 von 5 Tagen)", Decimal("59.60")),
        ("Stornorechnung über", Decimal("59.60")),
        ("Danach offen", Decimal("89.40")),
    ]
    assert amounts(cancellation) == (Decimal("50.08"), Decimal("9.52"), Decimal("59.60"))
    assert invoice.open_amount == Decimal("89.40")  # three of five
    [row] = lines_of(cancellation.snapshot)
    assert (row["quantity"], row["price"], row["amount"]) == ("−1", "59,60\xa0€", "−59,60\xa0€")
    assert "2 von 5 Tagen" in row["notes"]
    assert db.session.scalars(select(Enrolment)).one().state is EnrolmentState.ACTIVE
    assert list(verify()) == []


def test_the_last_day_takes_the_rest_and_then_the_participant_leaves():
    """100.00 in three days is 33.33, 33.33 and 33.34; net 84.03 is 28.01, 28.01 and 28.01."""
    invoice = sold("100.00", days=3)

    steps = [amounts(cancel(invoice, days={"p1": 1})) for _day in range(2)]
    place = db.session.scalars(select(Enrolment)).one()
    assert place.state is EnrolmentState.ACTIVE
    steps.append(amounts(cancel(invoice)))

    assert [gross for _net, _tax, gross in steps] == [
        Decimal("33.33"), Decimal("33.33"), Decimal("33.34"),
    ]  # fmt: skip
    assert [sum(part) for part in zip(*steps, strict=True)] == [
        Decimal("84.03"), Decimal("15.97"), Decimal("100.00"),
    ]  # fmt: skip
    rows = db.session.scalars(select(CancellationPosition).order_by(CancellationPosition.id)).all()
    assert [(r.days, r.of_days, r.days_before) for r in rows] == [(1, 3, 0), (1, 3, 1), (1, 3, 2)]
    assert invoice.is_fully_cancelled
    assert place.state is EnrolmentState.REMOVED
    assert cancellable_positions(invoice) == []
    with pytest.raises(DomainError, match="vollständig storniert"):
        cancel(invoice, days={"p1": 1})
    assert list(verify()) == []


def test_of_a_paid_invoice_the_days_come_back_less_the_fee():
    """Two of five days are 59.60; 10.00 are kept, so 49.60 go back."""
    invoice = sold()
    record_payment(invoice, paid_on=DAY, **GIVEN)

    cancellation = cancel(
        invoice, days={"p1": 2}, fee=Decimal("10.00"), settlement=Settlement.CREDIT
    )

    assert (cancellation.total, cancellation.credited) == (Decimal("49.60"), Decimal("49.60"))
    assert invoice.customer.credit == Decimal("49.60")
    assert invoice.open_amount == Decimal("0.00")
    cancel(invoice, days={"p1": 3})  # 89.40 are left of the position
    assert invoice.customer.credit == Decimal("139.00")
    assert list(verify()) == []


def test_a_position_in_whole_and_days_of_another_go_together():
    invoice = sold(more=[line("20.00", vat_rate=Decimal("7.00"))])

    cancellation = cancel(invoice, positions=["p2"], days={"p1": 4})

    assert cancellation.total == Decimal("139.20")  # 4 × 29.80 + 20.00
    assert [left.days for left in parts_left(invoice).values()] == [1]


def test_who_leaves_before_the_end_keeps_the_place_until_then():
    """From a date: the days before it are charged and attended."""
    invoice = sold()
    leave_on = FIRST + timedelta(weeks=3)

    told = plan_cancellation(invoice, days={"p1": 2}, leave_on=leave_on).lines()
    cancel(invoice, days={"p1": 2}, leave_on=leave_on)

    assert told[-1] == "Bello kommt ab dem 22.12.2026 nicht mehr zu „Welpenkurs“."
    place = db.session.scalars(select(Enrolment)).one()
    assert (place.state, place.ends_on) == (EnrolmentState.ACTIVE, date(2026, 12, 21))


@pytest.mark.parametrize("days", [0, -1, 6])
def test_only_days_that_are_left_can_be_cancelled(days):
    invoice = sold()

    with pytest.raises(DomainError, match="1 bis 5 Tage"):
        cancel(invoice, days={"p1": days})

    assert invoice.cancelled == Decimal("0.00")


def test_what_has_no_days_is_cancelled_in_whole_only():
    invoice = factories.invoice()

    with pytest.raises(DomainError, match="keine Tage"):
        cancel(invoice, days={"p1": 1})
    with pytest.raises(DomainError, match="auswählen"):
        cancel(invoice, days={"p9": 1})


def test_a_period_of_a_contract_is_cut_by_the_days_of_its_course():
    """Five Tuesdays in December 2026: 49.00 / 5 each; a part is not the period (D-24)."""
    course = factories.running_course(starts_on=FIRST)
    for week in range(8):
        on = FIRST + timedelta(weeks=week)
        factories.course_day(course, on)
    contract = factories.contract(starts_on=FIRST, course=course)
    invoice = db.session.scalars(select(Invoice)).one()

    cancellation = cancel(invoice, days={"p1": 1}, on=FIRST)

    assert cancellation.total == Decimal("9.80")
    assert cancelled_periods(contract) == []
    cancel(invoice, on=FIRST)
    assert len(cancelled_periods(contract)) == 1


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("prices", PriceMode)
@pytest.mark.parametrize("mode", TaxMode)
def test_parts_add_up_and_are_valid_e_invoices_in_every_mode(mode, prices):
    """Odd prices, discounts, codes, other rates beside them; one day, two days, the rest."""
    factories.change_company(tax_mode=mode, prices=prices)
    percent = factories.discount_code(percent=Decimal("7.50"), most_uses=1)
    money = factories.value_voucher(value=Decimal("1000.00"))
    invoice = sold(
        "1587.35", days=7, discount_percent=Decimal("3.00"),
        more=[line("19.99", vat_rate=Decimal("7.00")), line("0.03"), line("0.05")],
        codes=[code.code for code in (percent, money)],
    )  # fmt: skip
    [position] = [p for p in invoice.current.positions if p.key == "p1"]

    made = [
        cancel(invoice, days={"p1": 1}, fee=Decimal("5.00"), fee_taxed=True),
        cancel(invoice, days={"p1": 2}, positions=["p2"]),
        cancel(invoice, days={"p1": 4}),
        cancel(invoice),
    ]

    for cancellation in made:
        assert_valid(to_cii(cancellation.snapshot))
    parts = [row for c in made for row in c.snapshot["positions"] if row["key"] == "p1"]
    for name in ("net", "tax", "gross"):
        assert -sum(Decimal(part[name]) for part in parts) == getattr(position, name)
    assert invoice.is_fully_cancelled
    assert (money.rest, money.uses, percent.uses) == (Decimal("995.00"), 1, 0)  # less the fee
    assert list(verify()) == []


def test_two_who_cancel_days_at_once_never_take_more_than_there_are(app):
    """Five days, four people with two each: two get them, the others are told."""
    invoice_id = sold().id

    def take_two():
        return cancel(db.session.get(Invoice, invoice_id), days={"p1": 2}).total

    db.session.remove()
    results = in_threads(app, *[take_two] * 4)

    assert results.count(Decimal("59.60")) == 2
    assert sum("1 bis 1 Tage" in str(result) for result in results) == 2
    assert db.session.scalar(select(func.count(Cancellation.id))) == 2
    assert db.session.get(Invoice, invoice_id).cancelled == Decimal("119.20")
    assert list(verify()) == []
