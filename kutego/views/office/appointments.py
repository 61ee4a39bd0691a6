"""Appointments: who comes when to whom (spec EVT-01, COU-15)."""

from flask_login import current_user

from kutego.models import Appointment, Right
from kutego.operations.appointments import arrange_appointment, book_appointment
from kutego.views.office.appointment_columns import (
    APPOINTMENT_BUTTONS,
    APPOINTMENT_COLUMNS,
    APPOINTMENT_FILTERS,
)
from kutego.views.office.appointment_forms import ArrangeForm, BookForm
from kutego.views.office.history import WithHistory
from kutego.views.office.sold_columns import SALE, WITH_TICKETS
from kutego.views.panel import Button, Card, Place, RecordView, TabView, place_of

PLAN = "office/appointments/plan.html"
DONE = "Der Termin ist eingetragen."


def own(query):
    """Whoever may not see all courses sees the appointments they give (spec ADM-06)."""
    if current_user.may(Right.COURSES_ALL):
        return query
    return query.where(Appointment.lecturer_id == current_user.id)


class AppointmentView(WithHistory, RecordView):
    model = Appointment
    slug, title, one, icon = "appointments", "Einzeltermine", "Termin", "calendar-check"
    category = "Einzeltermine"
    right = Right.COURSES_VIEW
    columns, filters = APPOINTMENT_COLUMNS, APPOINTMENT_FILTERS
    fields = (SALE,)
    default_sort = "-begins_at"
    buttons = (
        Button(book_appointment, BookForm, label="Termin anlegen", icon="plus-lg", primary=True,
               place=Place.LIST, done=DONE, right=Right.COURSES_EDIT, template=PLAN,
               help="Ohne Rechnung. Soll er gleich berechnet werden: als Position einer Rechnung "
                    "oder eines Angebots."),
        *APPOINTMENT_BUTTONS,
    )  # fmt: skip
    cards = (
        Card("Termin", "template", "begins_at", "ends_at", "lecturer", "place", "state"),
        Card("Kunde", "customer", "participant", "sale"),
        Card("Intern", "remark", "blocked_until", "created_at", "created_by"),
    )
    empty = "Noch kein Termin. Legen Sie zuerst eine Vorlage an, dann vergeben Sie Zeiten."

    def scope(self, query):
        return own(super().scope(query))


class CustomerAppointments(TabView):
    model = Appointment
    slug, title, one = "appointments", "Einzeltermine", "Termin"
    group = WITH_TICKETS
    parent_key = "customer_id"
    right = Right.COURSES_VIEW
    columns, filters = APPOINTMENT_COLUMNS, APPOINTMENT_FILTERS
    default_sort = "-begins_at"
    buttons = (
        Button(arrange_appointment, ArrangeForm, label="Termin anlegen", icon="plus-lg",
               primary=True, place=Place.LIST, done=DONE, right=Right.COURSES_EDIT, template=PLAN),
        *APPOINTMENT_BUTTONS,
    )  # fmt: skip
    empty = "Noch kein Termin. Eine Rechnung mit einem Termin legt ihn an, oder der Knopf oben."

    def of_parent(self, query, parent_id):
        return own(super().of_parent(query, parent_id))

    def record_url(self, record):
        return place_of(record) or super().record_url(record)
