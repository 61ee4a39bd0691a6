"""Who of the staff is not there, and the courses that nobody leads because of it (COU-09)."""

from kutego.models import Absence, Right
from kutego.operations.absences import (
    appointments_with,
    days_led,
    days_without,
    enter_absence,
    remove_absence,
)
from kutego.operations.day_plan import day_name
from kutego.operations.occupancy import span
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.colleagues import all_colleagues, colleagues
from kutego.views.panel import (
    Button,
    Card,
    CheckField,
    Column,
    DateField,
    DateFilter,
    PanelForm,
    Place,
    RecordField,
    RecordView,
    RelationFilter,
    TextField,
    today,
)


class AbsenceForm(PanelForm):
    employee = RecordField(m("Wer"), lambda: colleagues(Right.COURSES_VIEW))
    first = DateField(m("Erster Tag"), default=today)
    last = DateField(m("Letzter Tag"), default=today)
    note = TextField(
        m("Bemerkung"), required=False,
        description=m("Sichtbar für alle im Büro. Bitte keinen Grund einer Krankheit."),
    )  # fmt: skip
    checks_out = CheckField(
        m("Von den Kurstagen dieser Zeit abmelden"), default=True,
        description=m("Die Tage haben dann keine Kursleitung, bis Sie jemanden einteilen."),
    )  # fmt: skip


class BackForm(PanelForm):
    checks_in = CheckField(m("Bei den eigenen Kursen wieder als Kursleitung eintragen"),
                           default=True)  # fmt: skip


def left_lines(employee, first, last, checks_out):
    """The days that nobody would lead, and the appointments that somebody has to see to."""
    if first > last:
        return []
    days = days_led(employee, first, last) if checks_out else []
    left = [_("%(course)s, %(day)s: ohne Kursleitung", course=d.course_date, day=day_name(d.on))
            for d in days]  # fmt: skip
    return left + [
        _("Termin „%(name)s“ von %(who)s, %(when)s Uhr: bleibt stehen, bitte verschieben oder "
          "absagen", name=a, who=a.customer.name, when=span(a.begins_at, a.ends_at))
        for a in appointments_with(employee, first, last)
    ]  # fmt: skip


def taken_lines(absence, checks_in):
    """The days that would be led again."""
    days = days_without(absence, today()) if checks_in else []
    return [_("%(course)s, %(day)s: wieder %(name)s", course=d.course_date, day=day_name(d.on),
              name=absence.employee) for d in days]  # fmt: skip


class AbsenceView(RecordView):
    model = Absence
    slug, title, one, icon = "absences", "Abwesenheiten", "Abwesenheit", "calendar-x"
    category = "Kurse"
    right = Right.COURSES_ALL
    columns = (
        Column("employee", "Wer", value=lambda a: a.employee.name, load=("employee.customer",),
               sort="employee.customer.sort_name"),
        Column("starts_on", "Von"),
        Column("ends_on", "Bis"),
        Column("note", "Bemerkung"),
    )  # fmt: skip
    filters = (
        RelationFilter("employee_id", "Wer", load=all_colleagues),
        DateFilter("ends_on", "Bis"),
    )
    default_sort = "-starts_on"
    cards = (Card("Abwesenheit", "employee", "starts_on", "ends_on", "note"),)
    buttons = (
        Button(enter_absence, AbsenceForm, label="Abwesenheit eintragen", icon="calendar-x",
               primary=True, place=Place.LIST, right=Right.COURSES_EDIT, preview=left_lines,
               done="Die Abwesenheit ist eingetragen."),
        Button(remove_absence, BackForm, label="Entfernen", icon="trash", danger=True,
               right=Right.COURSES_EDIT, preview=taken_lines,
               done="Die Abwesenheit ist entfernt."),
    )  # fmt: skip
    empty = "Niemand ist als abwesend eingetragen."
