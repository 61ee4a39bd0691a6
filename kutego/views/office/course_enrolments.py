"""Who is in a course date: entered by hand, moved, ended, written to, and whose place rests."""

from kutego.models import Enrolment, EnrolmentState, Participant, Right
from kutego.operations.dunning_fees import resume_place
from kutego.operations.enrolment_changes import (
    end_enrolment,
    enrol_by_hand,
    insure_place,
    move_enrolment,
    take_out,
)
from kutego.operations.enrolment_mails import send_dates
from kutego.texts import gettext as _
from kutego.views.office.enrolment_forms import (
    EndForm,
    EnrolHereForm,
    InsureForm,
    MoveForm,
    is_free,
)
from kutego.views.office.follow_ups import TAKE_OVER
from kutego.views.office.house_words import LEVEL, PARTICIPANT, PARTICIPANTS
from kutego.views.office.participant_buttons import UNPAID
from kutego.views.office.participant_columns import notes_of
from kutego.views.office.sms_buttons import TEXT_PARTICIPANT
from kutego.views.panel import (
    Button,
    ChoiceFilter,
    Column,
    DateFilter,
    Place,
    TabView,
    TextFilter,
    YesNoFilter,
)


def resting(enrolment):
    """Until when a place rests, where it does (spec DUN-19)."""
    if not enrolment.is_suspended:
        return None
    return _("bis %(number)s bezahlt ist", number=enrolment.suspended_for)


def ill_days(enrolment):
    """On how many days somebody with an insured place was ill; None where nobody insured it."""
    return enrolment.ill_days if enrolment.is_insured else None


def what_stays(enrolment):
    """That money is not touched."""
    name, course = enrolment.participant.name, enrolment.course_date
    lines = [_("%(name)s verlässt „%(course)s“.", name=name, course=course)]
    if enrolment.invoice_id:
        lines.append(_("Die Rechnung bleibt. Soll Geld zurückgehen, bitte dort stornieren."))
    return lines


ENROLMENT_BUTTONS = (
    Button(enrol_by_hand, EnrolHereForm, label="Eintragen", icon="person-plus", place=Place.LIST,
           done="Der Platz ist eingetragen.", right=Right.COURSES_EDIT, help=UNPAID),
    Button(move_enrolment, MoveForm, label="In anderen Kurs verlegen", icon="forward", mass=True,
           done="Der Platz ist verlegt.", right=Right.COURSES_EDIT, shown=is_free,
           help="Von einem Blockkurs in einen anderen. Was bezahlt ist, bleibt, wie es ist. Im "
                "Dauerkurs zieht der Vertrag um."),
    TAKE_OVER,
    Button(end_enrolment, EndForm, label="Platz beenden", icon="calendar-x", mass=True,
           done="Der Platz endet.", right=Right.COURSES_EDIT, shown=is_free,
           help="Ab dem nächsten Tag ist der Platz frei. Geld wird nicht erstattet."),
    Button(send_dates, None, label="Terminliste senden", icon="calendar3", mass=True,
           done="Die Terminliste ist unterwegs.", right=Right.MESSAGES_SEND,
           shown=lambda e: e.state is EnrolmentState.ACTIVE),
    Button(insure_place, InsureForm, label="Rücktrittsversicherung", icon="shield-check",
           done="Der Platz ist geändert.", right=Right.COURSES_EDIT, mass=True,
           shown=lambda e: e.state is EnrolmentState.ACTIVE),
    Button(resume_place, None, label="Nicht länger ruhen lassen", icon="play-fill",
           done="Der Platz ruht nicht mehr.", right=Right.DUNNING,
           shown=lambda e: e.is_suspended),
    TEXT_PARTICIPANT,
    Button(take_out, None, label="Austragen", icon="x-circle", danger=True, mass=True,
           done="Der Platz ist frei.", right=Right.COURSES_EDIT, shown=is_free,
           preview=what_stays),
)  # fmt: skip


class CourseEnrolments(TabView):
    model = Enrolment
    slug, title, one = "participants", PARTICIPANTS, "Eintragung"
    parent_key = "course_date_id"
    right = Right.COURSES_VIEW
    columns = (
        Column("participant", PARTICIPANT, value=lambda e: e.participant.name,
               link=lambda e: e.participant, load=("participant",),
               sort="participant.first_name"),
        Column("customer", "Kunde", value=lambda e: e.customer.name, load=("customer",),
               link=lambda e: e.customer, sort="customer.sort_name"),
        Column("level", LEVEL, value=lambda e: e.participant.level, load=("participant",),
               sort="participant.level", shown=False),
        Column("notes", "Notizen", value=lambda e: notes_of(e.participant), shown=False,
               load=("participant.notes",), right=Right.NOTES),
        Column("starts_on", "Ab"),
        Column("ends_on", "Bis"),
        Column("state", "Status", badge=True),
        Column("suspended", "Ruht", value=resting, load=("suspended_for",)),
        Column("is_insured", "Versichert", shown=False),
        Column("ill_days", "Kranktage (versichert)", value=ill_days, load=("ill_days",),
               shown=False),
    )  # fmt: skip
    load = ("participant",)
    buttons = ENROLMENT_BUTTONS
    filters = (
        ChoiceFilter("state", "Status", EnrolmentState),
        YesNoFilter("is_insured", "Versichert"),
        DateFilter("starts_on", "Ab"),
        DateFilter("ends_on", "Bis"),
        TextFilter("level", LEVEL, column=Participant.level, via=Enrolment.participant),
    )
    default_sort = "participant"
    empty = "Noch niemand eingetragen. Eine Rechnung oder ein Angebot mit diesem Kurs trägt ein."
