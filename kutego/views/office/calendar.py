"""The calendar: month, week, day and a list, of everything that takes place (spec COU, ADM-10)."""

from typing import Any

from flask import current_app, flash, redirect, request
from flask_admin import BaseView, expose
from flask_login import current_user
from flask_wtf import FlaskForm

from kutego.models import Right
from kutego.models.calendar_choices import calendar_choices
from kutego.models.calendar_entries import EntryKind, calendar_entries
from kutego.operations.closed_days import closed_between
from kutego.operations.preferences import keep_choice
from kutego.texts import gettext as _
from kutego.views.office.calendar_days import days_between
from kutego.views.office.calendar_grid import LANES, WEEK_LANES, hours_of, put_in_lanes
from kutego.views.office.calendar_links import KEY, new_links
from kutego.views.office.calendar_page import FILTERS, Asked, CalendarView
from kutego.views.panel import actor, today

LABELS = {"location": "Standort", "room": "Raum", "leader": "Kursleitung", "category": "Kategorie"}


class Calendar(BaseView):
    """Whoever may not see all courses sees what they lead."""

    def __init__(self) -> None:
        super().__init__(name="Kalender", endpoint="calendar", url="calendar")

    def is_visible(self) -> bool:
        return False

    def is_accessible(self) -> bool:
        return current_user.is_authenticated and current_user.may(Right.COURSES_VIEW)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """Ask strangers to log in; tell the others that they may not."""
        if current_user.is_authenticated:
            return current_app.aborter(403)
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]

    @expose()
    def index(self) -> str:
        """The days that the address asks for."""
        asked = Asked.read()
        first, last = asked.span
        wish = asked.wish
        days = days_between(first, last, calendar_entries(wish), closed_between(first, last))
        hours = range(0)
        if asked.view in (CalendarView.WEEK, CalendarView.DAY):
            hours = hours_of(days)
            for day in days:
                put_in_lanes(day, hours.start, LANES if len(days) == 1 else WEEK_LANES)
        return self.render(
            "office/calendar/page.html",
            asked=asked, days=days, hours=hours, on=today(), views=CalendarView,
            filters=[(n, _(LABELS[n]), c) for n, c in calendar_choices(wish.led_by).items() if c],
            kinds=EntryKind, new_links=new_links, form=FlaskForm(),
        )  # fmt: skip

    @expose("/keep", methods=("POST",))
    def keep(self) -> Any:
        """Open the calendar like this from now on."""
        known = {*FILTERS, "view", "kind"}
        if FlaskForm().validate_on_submit():
            choice = {n: v[:20] for n, v in request.form.items() if n in known and v}
            keep_choice(current_user, view=KEY, choice=choice, by=actor())
            flash(_("So öffnet sich der Kalender ab jetzt."), "success")
        return redirect(self.get_url(".index"))
