"""Participants who go on to the follow-up course (spec COU-04)."""

from kutego.models import CourseKind, EnrolmentState, Right
from kutego.operations.follow_ups import TakeOver, free_places, plan_take_over, take_over
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.house_words import worded
from kutego.views.panel import Button, ChoiceField, DateField, PanelForm, today


class TakeOverForm(PanelForm):
    way = ChoiceField(m("Was die Kunden bekommen"), TakeOver, default=TakeOver.INVOICE)
    moves_on = DateField(m("Verträge ziehen um am"), required=False,
                         description=m("Leer: zum ersten Tag des Folgekurses."))  # fmt: skip

    def prepare(self):
        course = self.record.course_date if self.record is not None else None
        if course is None or course.follow_up is None:
            return
        self.way.description = capacity(course.follow_up, len(self.records))
        if course.kind is not CourseKind.RUNNING:
            del self.moves_on


def capacity(course, chosen):
    """Where they go, and whether there is room for so many."""
    free = free_places(course, today())
    if free is None:
        return _("Folgekurs: „%(course)s“, ohne Grenze.", course=course)
    if chosen > free:
        return _("Achtung: „%(course)s“ hat noch %(free)s freie Plätze, gewählt sind %(chosen)s. "
                 "Entwürfe halten keinen Platz frei.", course=course, free=free,
                 chosen=chosen)  # fmt: skip
    return _("Folgekurs: „%(course)s“, noch %(free)s freie Plätze. Entwürfe halten keinen Platz "
             "frei.", course=course, free=free)  # fmt: skip


def take_over_lines(enrolment, way, moves_on=None):
    """What would be made for one place, with its price."""
    planned = plan_take_over(enrolment, way=way, moves_on=moves_on, on=today())
    return [(planned.sentence, planned.amount) if planned.amount else planned.sentence]


TAKE_OVER = Button(
    take_over, TakeOverForm, label="In den Folgekurs übernehmen", icon="forward", mass=True,
    done=worded("Wer mitgeht, ist übernommen."), right=Right.INVOICES_EDIT,
    preview=take_over_lines,
    shown=lambda e: e.course_date.follow_up_id is not None
    and e.state is not EnrolmentState.REMOVED,
    help="Niemand kommt doppelt hinein: Wer schon im Folgekurs ist oder einen Entwurf dafür hat, "
         "wird ausgelassen. Geschwister teilen sich einen Entwurf; Verträge ziehen um.",
)  # fmt: skip
