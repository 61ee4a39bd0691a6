"""The form that takes many free times at once, one a line or from a calendar file."""

from markupsafe import Markup, escape
from sqlalchemy import select
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Location
from kutego.operations.free_times import LARGEST, of_calendar
from kutego.operations.school_holidays import plan_free_times
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.texts import ngettext
from kutego.views.panel import LongTextField, PanelForm, RecordField, today


class WithCalendarFile(TextArea):
    """A text, and a file that takes its place."""

    def __call__(self, field, **kwargs):
        kwargs["required"] = False  # the file alone will do; the server says where both are missing
        words = escape(_("oder eine Kalenderdatei (.ics)"))
        label = Markup('<label class="label" for="{0}-file">{1}</label>').format(field.id, words)
        file = Markup(
            '<input type="file" class="form-control" id="{0}-file" name="{0}-file" '
            'accept=".ics,text/calendar">'
        ).format(field.name)
        return super().__call__(field, **kwargs) + label + file


class FreeTimesField(LongTextField):
    """Free times, one a line. Those of a file are written into it, to be read and shortened."""

    widget = WithCalendarFile()

    def process(self, formdata, data=None, extra_filters=None):
        super().process(formdata, data, extra_filters)
        self.refusal = None
        file = formdata.get(f"{self.name}-file") if formdata else None
        if not getattr(file, "filename", ""):
            return
        try:
            found = of_calendar(file.stream.read(LARGEST + 1), today())
        except DomainError as refusal:
            self.refusal = str(refusal)
        else:
            self.data = "\n".join(str(each) for each in found)
            self.raw_data = [self.data]  # it counts as typed

    def pre_validate(self, form):
        if self.refusal:
            raise StopValidation(self.refusal)


class FreeTimesForm(PanelForm):
    location = RecordField(m("Standort"), required=False, description=m("Leer: alle Standorte."))
    times = FreeTimesField(
        m("Zeiträume"), required=True, rows=8,
        description=m("Je Zeile einer, zum Beispiel „Herbstferien: 12.10.2026 – 24.10.2026“. Die "
                      "Ferien der Länder gibt es als Kalenderdatei bei den Kultusministerien."),
    )  # fmt: skip

    def prepare(self):
        open_ = select(Location).where(Location.is_active).order_by(Location.name)
        self.location.records = db.session.scalars(open_).all()


def lines_of(model):
    """The preview for one of the two kinds."""

    def lines(times, location=None):
        plan = plan_free_times(model, times, location, today())
        told = [str(each) for each in plan.new]
        told += [_("%(time)s ist schon eingetragen", time=str(each)) for each in plan.known]
        if plan.days:
            told.append(
                ngettext("Achtung, ein Kurstag liegt schon in dieser Zeit. Er bleibt, bis Sie ihn "
                         "absagen oder verschieben.",
                         "Achtung, %(count)s Kurstage liegen schon in dieser Zeit. Sie bleiben, "
                         "bis Sie sie absagen oder verschieben.", plan.days)
            )  # fmt: skip
        return told

    return lines
