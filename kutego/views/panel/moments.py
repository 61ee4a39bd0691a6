"""A day and a time of day in one field."""

from datetime import date, datetime
from typing import Any

from wtforms.fields import DateTimeLocalField

from kutego import clock
from kutego.models.company import company
from kutego.texts import gettext as _
from kutego.views.panel.fields import needed

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M"]
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


class MomentField(DateTimeLocalField):
    """A moment, as the clock on the wall of the business shows it; the value has its time zone."""

    def __init__(self, label: str = "", *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, needed(required, ()), format=FORMATS, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return f"{self.data.astimezone(company().zone):%Y-%m-%dT%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(_("Bitte Tag und Uhrzeit wie 23.11.2026 14:30 eingeben.")) from None
        typed: datetime | None = self.data
        if typed is None:
            return
        if not FIRST <= typed.date() <= LAST:
            raise ValueError(_("Bitte einen Tag von 1900 bis 2199 eingeben."))
        self.data = clock.moment(typed.date(), typed.time(), company().zone)
