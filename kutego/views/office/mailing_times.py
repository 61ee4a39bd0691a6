"""When a mailing goes out, and what a course date sends by itself."""

from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.mailing_choices import templates
from kutego.views.panel import DateField, PanelForm, RecordField, TimeField, today


class ScheduleForm(PanelForm):
    send_on = DateField(m("Tag"), default=today)
    send_at = TimeField(m("Uhrzeit"), required=False, description=m("Ohne Angabe um 9 Uhr."))


class CourseMailingForm(ScheduleForm):
    """What a course date sends to its participants by itself."""

    template = RecordField(m("Vorlage"), required=True)
    course_day = RecordField(
        m("Kurstag"), required=False, text=lambda day: f"{day.on:%d.%m.%Y}",
        description=m("Nur wer an diesem Tag einen Platz hat. Fällt der Tag aus, geht nichts "
                      "hinaus."),
    )  # fmt: skip

    def prepare(self):
        self.template.records = templates()
        if not self.template.records:
            self.template.description = _("Legen Sie zuerst unter Kommunikation eine Vorlage an.")
        course = self.record
        self.course_day.records = [d for d in course.days if d.on >= today()] if course else []
        if course is not None and not self.course_day.records:
            del self.course_day
