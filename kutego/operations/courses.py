"""Course dates: what must hold for one that is saved."""

from kutego import clock
from kutego.actor import Actor
from kutego.models import CourseDate, CourseState
from kutego.operations.master_data import rule_for


@rule_for(CourseDate)
def check_course_date(course_date: CourseDate, by: Actor) -> None:
    """Note when a course date was published for the first time: InfoAgents go by it."""
    state = course_date.state or CourseState.PUBLISHED  # the default of a new one
    if state is CourseState.PUBLISHED and course_date.published_at is None:
        course_date.published_at = clock.now()
