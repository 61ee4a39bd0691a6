"""Course dates, their days, and who is in them."""

from urllib.parse import urlencode

from flask import request
from flask_login import current_user
from sqlalchemy import or_, select

from kutego.models import CourseDate, CourseDay, Right, Weekday
from kutego.operations.day_plan import day_name
from kutego.texts import gettext as _
from kutego.views.office.attendance import CourseAttendance
from kutego.views.office.called_off_days import CourseCompensations
from kutego.views.office.course_columns import COURSE_COLUMNS, COURSE_FIELDS, COURSE_FILTERS
from kutego.views.office.course_copies import COPY_BUTTONS
from kutego.views.office.course_days import CourseDays
from kutego.views.office.course_enrolments import CourseEnrolments
from kutego.views.office.course_mailing_rules import CourseMailingRules
from kutego.views.office.course_mailings import CourseMailings
from kutego.views.office.course_places import fullness, next_day, told
from kutego.views.office.course_rules import (
    LEVEL_ARGS,
    MAKE_UP_ARGS,
    MAKE_UP_FORM,
    MAKE_UP_OVERRIDES,
    RULES_CARD,
    WAITLIST_ARGS,
    WAITLIST_FORM,
)
from kutego.views.office.course_times import CourseTimes
from kutego.views.office.history import WithHistory
from kutego.views.office.payment_choice import METHOD_FIELD, METHODS
from kutego.views.office.prefilled import prefilled
from kutego.views.office.waitlist import CourseWaitlist
from kutego.views.panel import Card, KeyFigure, RecordView, today


class CourseDateView(WithHistory, RecordView):
    model = CourseDate
    slug, title, one, icon = "course_dates", "Kurstermine", "Kurstermin", "calendar3"
    category = "Kurse"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    creates = True
    columns, fields, filters = COURSE_COLUMNS, (*COURSE_FIELDS, METHODS), COURSE_FILTERS
    search, search_hint = "title", "Titel"
    default_sort = "-starts_on"
    cards = (
        Card("Kurs", "title", "kind", "category", "level", "description", "state"),
        Card(
            "Ort und Zeit",
            "location",
            "room",
            "instructor",
            "starts_on",
            "ends_on",
            "skips_holidays",
            "skips_school_holidays",
            "weeks_ahead",
            "follow_up",
        ),
        Card("Plätze", "max", "capacity_min"),
        Card("Preis", "price", "vat_rate", "term_template", "payment_methods", "instalments"),
        RULES_CARD,
    )
    form_columns = (
        "title", "kind", "description", "category_id", "level", "location_id", "room_id",
        "instructor_id", "starts_on", "ends_on", "skips_holidays", "skips_school_holidays",
        "weeks_ahead", "price",
        "vat_rate", "term_template_id", "payment_methods", "instalments", "capacity_min",
        "capacity", "dunning_run_id", "state", *MAKE_UP_FORM, *WAITLIST_FORM,
    )  # fmt: skip
    form_args = LEVEL_ARGS | MAKE_UP_ARGS | WAITLIST_ARGS
    form_overrides = MAKE_UP_OVERRIDES | METHOD_FIELD
    tabs = (
        CourseEnrolments,
        CourseAttendance,
        CourseWaitlist,
        CourseDays,
        CourseTimes,
        CourseCompensations,
        CourseMailings,
        CourseMailingRules,
    )
    buttons = COPY_BUTTONS
    empty = "Es gibt noch keinen Kurstermin. Legen Sie den ersten an."

    def scope(self, query):
        """Who may not see all courses sees the own ones (spec ADM-06)."""
        query = super().scope(query)
        if self.may(Right.COURSES_ALL):
            return query
        me = getattr(current_user, "id", None)
        stands_in = select(CourseDay.course_date_id).where(CourseDay.instructor_id == me)
        mine = CourseDate.instructor_id == me
        return query.where(or_(mine, CourseDate.id.in_(stands_in)))

    def create_form(self, obj=None):
        return prefilled(super().create_form(obj), "starts_on")

    def after_save(self, record):
        """A new course that has no times yet asks for them, at the hour of the calendar's slot."""
        if record.times or record.days or request.path.endswith("/edit/"):
            return None
        slot = {"weekday": Weekday.of(record.starts_on).value, "starts_at": request.args.get("at")}
        query = urlencode({name: value for name, value in slot.items() if value})
        return f"{self.record_url(record)}times/new/?{query}"

    def badges(self, record):
        full = fullness(record)
        return super().badges(record) + ([full] if full else [])

    def key_figures(self, record):
        """Who is in it, and when it is next."""
        people = KeyFigure(_("{participants}"), told(record), self.tab_url(record, "participants"))
        on = next_day(record)
        if on is None:
            return [people]
        url = self.tab_url(record, "days", f"?f.on.from={today()}")
        return [people, KeyFigure(_("Nächster Tag"), day_name(on), url)]
