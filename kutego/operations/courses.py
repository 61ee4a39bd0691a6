"""Course dates: what must hold for one that is saved, and which can still be joined."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from kutego import clock
from kutego.actor import Actor
from kutego.models import CourseDate, CourseKind, CourseState
from kutego.operations.course_checks import check_course
from kutego.operations.instalment_numbers import tidied
from kutego.operations.make_up_rules import check_make_up_rules
from kutego.operations.master_data import rule_for
from kutego.operations.waitlist_rules import check_waitlist_rules


@rule_for(CourseDate)
def check_course_date(course_date: CourseDate, by: Actor) -> None:
    """What must hold; notes when it was first published, as InfoAgents go by that."""
    check_course(course_date)
    state = course_date.state or CourseState.PUBLISHED  # the default of a new one
    if state is CourseState.PUBLISHED and course_date.published_at is None:
        course_date.published_at = clock.now()
    course_date.instalments = tidied(course_date.instalments)
    check_make_up_rules(course_date)
    check_waitlist_rules(course_date)


def lies_ahead(on: date) -> ColumnElement[bool]:
    """A running course can be joined at any time, a block not after it has begun."""
    is_running = CourseDate.kind == CourseKind.RUNNING
    return or_(
        CourseDate.starts_on >= on,
        and_(is_running, or_(CourseDate.ends_on.is_(None), CourseDate.ends_on >= on)),
    )
