"""The first page of the day: its figures, who sees what, and how much it asks of the database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kutego import clock
from kutego.db import db, transaction
from kutego.models import (
    CourseDay,
    CourseState,
    JobRun,
    Message,
    MessageState,
    Role,
    overview,
)
from kutego.operations.cancellations import cancel_positions
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.test_office import statements
from tests.views.visitor import Visitor, staff

OFFICE = "/buero/"


def lesson(course, on=DAY):
    return save_record(CourseDay(), {"course_date_id": course.id, "on": on}, by=ANNA)


def test_overdue_and_open_invoices_are_summed_apart(app):
    factories.invoice(factories.line("100.00"), on=DAY - timedelta(days=40))
    factories.invoice(factories.line("30.00"), on=DAY)

    every, late = overview.unpaid(DAY)

    assert every == (2, Decimal("130.00"))
    assert late == (1, Decimal("100.00"))


def test_an_invoice_is_overdue_only_after_its_last_day(app):
    invoice = factories.invoice(on=DAY)

    assert overview.unpaid(invoice.due_on)[1].number == 0
    assert overview.unpaid(invoice.due_on + timedelta(days=1))[1].number == 1


def test_without_invoices_nothing_is_open(app):
    assert overview.unpaid(DAY) == ((0, 0), (0, 0))


def test_the_figures_lead_to_the_lists_they_are_made_of(app):
    with clock.at(clock.noon(DAY)):
        invoice = factories.invoice(on=DAY - timedelta(days=40))
        owner = staff(app, factories.employee())

    page = owner.get("/buero/invoices/?f.status=overdue").text

    assert 'href="/buero/invoices/?f.status=overdue"' in owner.get(OFFICE).text
    assert invoice.number in page


def test_offers_that_end_within_seven_days_are_counted(app):
    for days in (0, 6, 7):
        factories.offer(valid_until=DAY + timedelta(days=days))

    assert overview.offers_expiring(DAY).number == 2


def test_the_courses_of_today_stand_with_their_participants(app):
    factories.contract(starts_on=DAY)
    [enrolled] = db.session.scalars(db.select(overview.Enrolment)).all()
    course = enrolled.course_date
    lesson(course)
    lesson(course, on=DAY + timedelta(days=1))
    lesson(factories.course_date(title="Agility"))

    found = overview.lessons_between(DAY, DAY)

    assert {(lesson.day.course_date.title, lesson.participants) for lesson in found} == {
        (course.title, 1),
        ("Agility", 0),
    }


def test_revenue_counts_invoices_and_cancellations_in_their_own_months(app):
    invoice = factories.invoice(
        factories.line("100.00"), factories.line("19.00"), on=date(2026, 9, 30)
    )
    with clock.at(clock.noon(date(2026, 11, 2))):
        key = invoice.current.positions[1].key
        cancel_positions(invoice, positions=[key], reason="Irrtum", on=date(2026, 11, 2), by=ANNA)

    months = overview.revenue(DAY)

    assert months[0].first == date(2025, 12, 1)
    assert {m.first.month: m.revenue for m in months if m.revenue} == {
        9: Decimal("119.00"),
        11: Decimal("-19.00"),
    }


def test_messages_that_need_a_person_are_told(app):
    owner = staff(app, factories.employee())
    assert "Alles erledigt" in owner.get(OFFICE).text
    factories.invoice()
    with transaction() as session:
        for message in session.scalars(db.select(Message)):
            message.move_to(MessageState.FAILED)

    page = owner.get(OFFICE).text

    assert "E-Mails konnten nicht gesendet werden" in page
    assert overview.message_counts()[MessageState.FAILED] > 0


def test_messages_that_wait_for_a_mail_server_are_told(app):
    factories.invoice()

    page = staff(app, factories.employee()).get(OFFICE).text

    assert "Es fehlt der Postausgang" in page


def test_a_job_whose_last_run_failed_is_told_until_it_ran_well(app):
    def ran(failed):
        with transaction() as session:
            session.add(JobRun(name="send_messages", on=DAY, started_at=clock.now(), failed=failed))

    ran(1)
    assert [run.name for run in overview.troubled_jobs()] == ["send_messages"]

    ran(0)
    assert overview.troubled_jobs() == []


def test_an_instructor_sees_the_day_but_no_money(app):
    factories.invoice(on=DAY - timedelta(days=40))
    instructor = staff(app, factories.employee(Role.INSTRUCTOR))

    page = instructor.get(OFFICE).text

    assert "Kurse heute" in page
    assert "Überfällig" not in page
    assert "Umsatz" not in page
    assert instructor.get("/buero/umsatz").status_code == 403


def test_the_revenue_is_a_page_of_its_own_and_a_part_for_the_dashboard(app):
    owner = staff(app, factories.employee())

    page = owner.get("/buero/umsatz").text
    part = owner.get("/buero/umsatz", headers={"X-Requested-With": "fetch"}).text

    assert "<html" in page
    assert "<html" not in part
    assert part.count("data-value=") == page.count("data-value=") == 12


@pytest.mark.parametrize("many", [1, 12])
def test_the_dashboard_asks_no_more_when_there_is_more(app, many):
    with clock.at(clock.noon(DAY)):
        for i in range(many):
            factories.invoice(on=DAY - timedelta(days=40))
            lesson(factories.course_date(title=f"Kurs {i}"), on=clock.today())
        owner = staff(app, factories.employee())
    db.session.remove()

    with statements() as seen:
        owner.get(OFFICE)

    assert len([s for s in seen if s.startswith("SELECT")]) <= 15


def test_strangers_are_led_to_the_login(app):
    assert Visitor(app).get(OFFICE).location == "/anmelden"


def test_instructors_see_their_own_courses_and_no_others(app):
    """Spec ADM-06."""
    mia = factories.employee(Role.INSTRUCTOR)
    mine = factories.course_date(
        title="Rückruftraining", instructor_id=mia.id, state=CourseState.PUBLISHED
    )
    other = factories.course_date(title="Welpengruppe", state=CourseState.PUBLISHED)
    for course in (mine, other):
        lesson(course)
    visitor = staff(app, mia)

    with clock.at(clock.noon(DAY)):
        pages = [visitor.get(path).text for path in ("/buero/", "/buero/course_dates/")]

    for page in pages:
        assert "Rückruftraining" in page
        assert "Welpengruppe" not in page
    assert visitor.get(f"/buero/course_dates/{mine.id}/days/").status_code == 200
    assert visitor.get(f"/buero/course_dates/{other.id}/").status_code == 404
    assert visitor.get(f"/buero/course_dates/{other.id}/days/").status_code == 404
