"""Running courses always have their next months of days."""

from datetime import date

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import CourseDate
from kutego.operations.course_days import days_missing, running_with_times, top_up_days
from kutego.operations.day_plan import plan_days
from kutego.operations.job_runs import Result


def make_course_days(on: date, dry_run: bool = False) -> Result:
    """Make the days that running courses lack; run again it finds none."""
    courses = db.session.scalars(running_with_times().order_by(CourseDate.id))
    lacking = {c.id: span for c in courses if (span := days_missing(c, on)) is not None}
    if dry_run:
        return Result(plan=[line for id_, span in lacking.items() for line in _plan(id_, span)])
    result = Result()

    def top_up(course_id: int) -> int:
        return top_up_days(db.session.get_one(CourseDate, course_id), on=on, by=SYSTEM)

    each(CourseDate, lacking, top_up, result)
    return result


def _plan(course_id: int, span: tuple[date, date]) -> list[str]:
    course_date = db.session.get_one(CourseDate, course_id)
    plan = plan_days(course_date, first=span[0], until=span[1])
    return [f"{course_date}: {line}" for line in plan.lines]
