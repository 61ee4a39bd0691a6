"""Number ranges: consecutive, per year, without gap or double, whoever draws at the same time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import Customer, Invoice, NumberKind, NumberRange
from kutego.operations.numbers import draw_number
from kutego.operations.verification import verify
from tests import factories
from tests.everything import deposit
from tests.factories import DAY
from tests.racing import in_processes, in_threads

pytestmark = pytest.mark.usefixtures("app")

EACH = 5


def draw(kind=NumberKind.INVOICE, on=DAY):
    with transaction():
        return draw_number(kind, on=on)


def test_numbers_follow_each_other_and_begin_anew_each_year():
    assert [draw() for _ in range(3)] == ["R-2026-00001", "R-2026-00002", "R-2026-00003"]
    assert draw(on=date(2027, 1, 1)) == "R-2027-00001"


def test_a_range_without_a_year_goes_on():
    assert draw(NumberKind.CONTRACT) == "V-00001"
    assert draw(NumberKind.CONTRACT, on=date(2027, 1, 1)) == "V-00002"


def test_every_kind_has_a_range_of_its_own():
    assert [draw(kind) for kind in NumberKind] == [
        "00001", "V-00001", "A-2026-0001", "R-2026-00001", "S-2026-0001", "Q-2026-0001",
        "B-2026-0001",
    ]  # fmt: skip


def test_a_document_is_never_older_than_the_last_of_its_range():
    draw()

    with pytest.raises(DomainError, match=r"22\.11\.2026 liegt vor der letzten Nummer vom 23\.11"):
        draw(on=DAY - timedelta(days=1))
    assert draw() == "R-2026-00002"


def test_the_pattern_of_the_company_is_used():
    factories.change_company(number_formats={"receipt": "QU{number:06d}"})

    assert draw(NumberKind.RECEIPT) == "QU000001"


def issue_some():
    for _ in range(EACH):
        factories.invoice()
        deposit(db.session.scalars(select(Customer).limit(1)).one(), "1.00")


@pytest.mark.parametrize("at_once,count", [(in_threads, 8), (in_processes, 4)])
def test_numbers_drawn_at_the_same_time_have_no_gap_and_no_double(app, at_once, count):
    factories.customer(email=None)

    if at_once is in_threads:
        results = at_once(app, *[issue_some] * count)
    else:
        results = at_once(app, *[(issue_some_elsewhere, n) for n in range(count)])

    assert results == [None] * count
    db.session.rollback()
    numbers = db.session.scalars(select(Invoice.number).order_by(Invoice.number)).all()
    assert numbers == [f"R-2026-{n:05d}" for n in range(1, EACH * count + 1)]
    assert list(verify()) == []


def issue_some_elsewhere(process):
    """Addresses of customers are unique, and every process counts from one."""
    for n in range(EACH):
        factories.invoice(of=factories.customer(email=f"kunde{process}-{n}@example.net"))


def test_ranges_drawn_in_opposite_order_do_not_deadlock(app):
    kinds = [NumberKind.OFFER, NumberKind.RECEIPT]

    def draw_both(order):
        for _ in range(EACH):
            with transaction():
                for kind in order:
                    draw_number(kind, on=DAY)

    results = in_threads(app, *[lambda: draw_both(kinds), lambda: draw_both(kinds[::-1])] * 3)

    assert results == [None] * 6
    db.session.rollback()
    drawn = db.session.scalars(select(NumberRange.last).where(NumberRange.kind.in_(kinds))).all()
    assert drawn == [6 * EACH] * 2
