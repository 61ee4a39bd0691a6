"""What must hold for the waiting list of a course date."""

from kutego.errors import DomainError
from kutego.models import CourseDate
from kutego.texts import gettext as _

LONGEST_WINDOW = 30 * 24  # hours


def check_waitlist_rules(course_date: CourseDate) -> None:
    """Refuse numbers that cannot be meant."""
    hours, limit = course_date.waitlist_hours, course_date.waitlist_limit
    if hours is not None and not 1 <= hours <= LONGEST_WINDOW:
        raise DomainError(_("Die Antwortfrist liegt zwischen 1 und 720 Stunden."))
    if limit is not None and not 0 <= limit <= 1000:
        raise DomainError(
            _("Auf die Warteliste passen 0 bis 1.000. 0 heißt: keine, leer: ohne Grenze.")
        )
