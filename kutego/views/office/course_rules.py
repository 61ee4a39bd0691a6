"""The rules of a course date and a category for make-up days and the waiting list, as fields."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from kutego.operations.make_up_rules import rules_of
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.texts import ngettext
from kutego.views.panel import Card, Column

MEANING = {"": None, "1": True, "0": False}


class InheritedField(SelectField):
    """Yes, no, or as the next one up says."""

    def __init__(self, label="", validators=None, **kwargs):
        names = ("", m("wie voreingestellt")), ("1", m("ja")), ("0", m("nein"))
        choices = [SelectChoice(value, _(name)) for value, name in names]
        super().__init__(label, choices=choices, coerce=self._meaning, **kwargs)

    @staticmethod
    def _meaning(value):
        return value if isinstance(value, bool) else MEANING.get(str(value or ""))

    def process_data(self, value):
        self.data = value


MAKE_UP_FIELDS = (
    Column("make_ups", "Nachholtage"),
    Column("make_up_notice_hours", "Abmeldefrist (Stunden vorher)"),
    Column("make_up_valid_days", "Nachholtag gilt (Tage ab dem versäumten Tag)"),
    Column("make_up_limit", "Nachholtage höchstens"),
)
MAKE_UP_FORM = tuple(column.key for column in MAKE_UP_FIELDS)
MAKE_UP_ARGS = {
    "make_up_notice_hours": {"description": m("Leer: wie voreingestellt.")},
    "make_up_valid_days": {"description": m("Leer: wie voreingestellt.")},
    "make_up_limit": {
        "description": m(
            "Je Platz und Kurs, in Dauerkursen je Abrechnungszeitraum. Leer: wie voreingestellt."
        )
    },
}
MAKE_UP_OVERRIDES = {"make_ups": InheritedField}
LEVEL_ARGS = {
    "level": {
        "description": m(
            "Nachholen kann hier, wer dort steht oder aus einem solchen Kurs kommt. Leer: alle der "
            "Kategorie."
        )
    },
}
WAITLIST_FIELDS = (
    Column("waitlist_mode", "Warteliste: Platz frei"),
    Column("waitlist_hours", "Warteliste: Antwortfrist in Stunden"),
    Column("waitlist_limit", "Warteliste: Länge"),
    Column("waitlist_parallel", "Warteliste auch, solange Plätze frei sind"),
)
WAITLIST_FORM = tuple(column.key for column in WAITLIST_FIELDS)
WAITLIST_ARGS = {
    "waitlist_limit": {"description": m("Leer: ohne Grenze. 0: keine Warteliste.")},
}


def told_rules(course) -> str:
    """The rules that hold for a course date, whoever set them."""
    rules = rules_of(course)
    if not rules.is_on:
        return _("ausgeschaltet")
    parts = [
        ngettext("Abmeldung bis 1 Stunde vorher", "Abmeldung bis %(count)s Stunden vorher",
                 rules.notice_hours),
        ngettext("gilt 1 Tag", "gilt %(count)s Tage", rules.valid_days),
    ]  # fmt: skip
    if rules.limit is not None:
        parts.append(_("höchstens %(limit)s", limit=rules.limit))
    return ", ".join(parts)


COURSE_RULES = (
    Column("told_rules", "Nachholtage", value=told_rules),
    *MAKE_UP_FIELDS,
    *WAITLIST_FIELDS,
)
RULES_CARD = Card(
    "Nachholung und Warteliste", "told_rules", "waitlist_mode", "waitlist_hours", "waitlist_limit",
    "waitlist_parallel",
)  # fmt: skip
