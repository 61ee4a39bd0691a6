"""Whatever the office does with everything it sells, in whatever order: the books are right.

A few steps in every run. For a long walk: KUTEGO_WALK="1 2 3" KUTEGO_STEPS=500, KUTEGO_VERIFY=1 to
look after every step, KUTEGO_WALK_ON=postgresql for the other database.
"""

import os
import random
from itertools import pairwise

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    Appointment,
    AppointmentState,
    ContractPeriod,
    CourseDate,
    CourseDay,
    CourseDayState,
    Customer,
    RentalState,
    RoomRental,
    Ticket,
    TicketCategory,
    TicketState,
    UnitQuota,
    Voucher,
    VoucherKind,
)
from kutego.operations.places import taken_places
from kutego.operations.verification import verify
from tests.scenarios.walk import Office, count

SEEDS = [int(seed) for seed in os.environ.get("KUTEGO_WALK", "1 2").split()]
ON = os.environ.get("KUTEGO_WALK_ON", "sqlite").split()
EVERY = int(os.environ.get("KUTEGO_VERIFY", "30"))
STEPS = int(os.environ.get("KUTEGO_STEPS", "60"))


def all_of(model, *which):
    return db.session.scalars(select(model).where(*which).order_by(model.id)).all()


def nothing_is_taken_twice():
    for course in all_of(CourseDate, CourseDate.capacity.is_not(None)):
        days = all_of(
            CourseDay, CourseDay.course_date_id == course.id,
            CourseDay.state == CourseDayState.PLANNED,
        )  # fmt: skip
        for day in days:
            assert taken_places(course, day.on) <= course.capacity, (course, day)
    planned = all_of(Appointment, Appointment.state == AppointmentState.PLANNED)
    for lecturer in {each.lecturer_id for each in planned}:
        mine = sorted((a.begins_at, a.blocked_until) for a in planned if a.lecturer_id == lecturer)
        assert all(one[1] <= two[0] for one, two in pairwise(mine)), mine
    rented = all_of(RoomRental, RoomRental.state == RentalState.PLANNED)
    for room in {each.room_id for each in rented}:
        mine = sorted((r.begins_at, r.ends_at) for r in rented if r.room_id == room)
        assert all(one[1] <= two[0] for one, two in pairwise(mine)), mine
    for category in all_of(TicketCategory):
        sold = count(Ticket, Ticket.category_id == category.id, Ticket.state != TicketState.VOID)
        assert sold <= category.quota


def nothing_is_spent_twice():
    for quota in all_of(UnitQuota):
        assert 0 <= quota.used <= quota.units, quota
        assert quota.left >= 0, quota
    for voucher in all_of(Voucher):
        assert voucher.uses >= 0, voucher
        if voucher.kind is not VoucherKind.DISCOUNT:
            assert 0 <= voucher.rest <= voucher.value, voucher
    for customer in all_of(Customer):
        assert customer.credit >= 0, customer
        assert customer.open_amount >= 0, customer


def no_day_is_billed_twice():
    periods = db.session.execute(
        select(ContractPeriod.contract_id, ContractPeriod.first, ContractPeriod.last)
        .where(ContractPeriod.attempt == 1)
        .order_by(ContractPeriod.contract_id, ContractPeriod.first)
    ).all()
    for one, two in pairwise(periods):
        assert one[0] != two[0] or one[2] < two[1], (one, two)


@pytest.mark.databases(*ON)
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_through_everything_that_is_sold_leaves_the_books_right(app, seed):
    office = Office(random.Random(seed))
    for number in range(1, STEPS + 1):
        try:
            office.step()
            db.session.rollback()
            if number % EVERY == 0 or number == STEPS:
                nothing_is_taken_twice()
                nothing_is_spent_twice()
                no_day_is_billed_twice()
                assert [str(problem) for problem in verify()] == []
        except BaseException as error:
            error.add_note("\n".join(office.story[-40:]))
            raise
