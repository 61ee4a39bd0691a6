"""The rules of a course date for what it sends around its days by itself (spec COM-12)."""

from kutego import clock
from kutego.models import CourseState, MailingRule, Right, RuleMoment, company
from kutego.operations.day_plan import day_name
from kutego.operations.mailing_plan import next_of, planned, told
from kutego.operations.mailing_rules import (
    MORNING,
    MOST_DAYS,
    add_mailing_rule,
    remove_mailing_rule,
)
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.mailing_choices import templates
from kutego.views.panel import (
    Button,
    ChoiceField,
    Column,
    NumberField,
    PanelForm,
    Place,
    RecordField,
    TabView,
    TimeField,
)

SHOWN = 8  # messages in the preview of a rule


class RuleForm(PanelForm):
    template = RecordField(m("Vorlage"), required=True)
    days = NumberField(m("Tage"), least=0, most=MOST_DAYS, default=1,
                       description=m("0: am Tag selbst."))  # fmt: skip
    moment = ChoiceField(m("Wann"), RuleMoment, default=RuleMoment.BEFORE_DAY)
    send_at = TimeField(m("Uhrzeit"), required=False, description=m("Ohne Angabe um 9 Uhr."))

    def prepare(self):
        self.template.records = templates()
        if not self.template.records:
            self.template.description = _("Legen Sie zuerst unter Kommunikation eine Vorlage an.")


def rule_lines(course_date, moment, days, send_at):
    """When the next messages would go out; those whose time is over are left out."""
    found = sorted(planned(course_date, moment, days, send_at or MORNING), key=lambda a: a.due_at)
    coming = [a for a in found if a.due_at >= clock.now()]
    lines = [_("%(when)s, zum %(day)s", when=moment_of(a), day=day_name(a.about))
             for a in coming[:SHOWN]]  # fmt: skip
    if len(coming) > SHOWN:
        lines.append(_("und %(count)s weitere", count=len(coming) - SHOWN))
    if len(coming) < len(found):
        lines.append(_("Was davor fällig gewesen wäre, wird nicht nachgeholt."))
    return lines or [_("Im Moment ist nichts zu senden. Neue Tage zählen von selbst mit.")]


def moment_of(announcement):
    """When a message goes out, in words."""
    at = announcement.due_at.astimezone(company().zone)
    return _("%(day)s, %(time)s Uhr", day=day_name(at.date()), time=f"{at:%H:%M}")


def next_time(rule):
    """When a rule sends next, and about which day."""
    coming = next_of(rule, clock.now())
    if coming is None:
        return None
    return _("%(when)s, zum %(day)s", when=moment_of(coming), day=day_name(coming.about))


def last_sent(rule):
    """The mailing that a rule sent last: its page says who got it."""
    sent = [each.mailing for each in rule.occasions if each.mailing is not None]
    return sent[-1] if sent else None


def last_time(rule):
    """When that was, and to how many."""
    mailing = last_sent(rule)
    if mailing is None:
        return None
    at = mailing.started_at.astimezone(company().zone)
    return _("%(day)s an %(count)s", day=f"{at:%d.%m.%Y}", count=mailing.recipients)


ADD_RULE = Button(
    add_mailing_rule, RuleForm, label="Automatisch senden", icon="arrow-repeat", place=Place.LIST,
    done="Die Vorlage geht ab jetzt von selbst hinaus.", right=Right.MESSAGES_MASS,
    preview=rule_lines, live=True, shown=lambda c: c.state is not CourseState.CANCELLED,
    help="Geht an alle, die an dem Tag kommen: nicht an Abgemeldete und nicht, solange ein "
         "Vertrag ruht. Ein verschobener Tag nimmt seine Mitteilung mit; fällt er aus, geht "
         "nichts hinaus.",
)  # fmt: skip


class CourseMailingRules(TabView):
    model = MailingRule
    slug, title, one, icon = "mailing_rules", "Automatik", "Regel", "arrow-repeat"
    parent_key = "course_date_id"
    has_records = False
    right = Right.MESSAGES_MASS
    columns = (
        Column("template", "Vorlage", value=lambda r: r.template.name, load=("template",),
               link=lambda r: r.template, sort="template.name"),
        Column("when", "Wann", value=lambda r: told(r.moment, r.days), sort="days"),
        Column("send_at", "Uhrzeit"),
        Column("next_time", "Als Nächstes", value=next_time),
        Column("last_time", "Zuletzt gesendet", value=last_time, load=("occasions.mailing",),
               link=last_sent),
        Column("created_by", "Angelegt von", shown=False),
    )  # fmt: skip
    default_sort = "days"
    buttons = (
        ADD_RULE,
        Button(remove_mailing_rule, None, label="Regel entfernen", icon="trash", danger=True,
               mass=True, done="Es geht nichts mehr von selbst hinaus.",
               right=Right.MESSAGES_MASS),
    )  # fmt: skip
    empty = "Keine Regel. Lassen Sie zum Beispiel eine Erinnerung zwei Tage vor jedem Kurstag \
von selbst hinausgehen."
