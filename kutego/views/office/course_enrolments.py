"""Who is in a course date, and whose place rests."""

from kutego.models import Enrolment, EnrolmentState, Right
from kutego.operations.dunning_fees import resume_place
from kutego.texts import gettext as _
from kutego.views.office.sms_buttons import TEXT_PARTICIPANT
from kutego.views.panel import Button, ChoiceFilter, Column, DateFilter, TabView


def resting(enrolment):
    """Until when a place rests, where it does (spec DUN-19)."""
    if not enrolment.is_suspended:
        return None
    return _("bis %(number)s bezahlt ist", number=enrolment.suspended_for)


class CourseEnrolments(TabView):
    model = Enrolment
    slug, title, one = "participants", "Teilnehmer", "Eintragung"
    parent_key = "course_date_id"
    right = Right.COURSES_VIEW
    columns = (
        Column("participant", "Teilnehmer", value=lambda e: e.participant.name,
               load=("participant",), sort="participant.first_name"),
        Column("customer", "Kunde", value=lambda e: e.customer.name, load=("customer",),
               link=lambda e: e.customer, sort="customer.sort_name"),
        Column("starts_on", "Ab"),
        Column("ends_on", "Bis"),
        Column("state", "Status", badge=True),
        Column("suspended", "Ruht", value=resting, load=("suspended_for",)),
    )  # fmt: skip
    buttons = (
        Button(resume_place, None, label="Nicht länger ruhen lassen", icon="play-fill",
               done="Der Teilnehmer darf wieder kommen.", right=Right.DUNNING,
               shown=lambda e: e.is_suspended),
        TEXT_PARTICIPANT,
    )  # fmt: skip
    filters = (ChoiceFilter("state", "Status", EnrolmentState), DateFilter("starts_on", "Ab"))
    default_sort = "participant"
    empty = "Noch niemand eingetragen. Eine Rechnung oder ein Angebot mit diesem Kurs trägt ein."
