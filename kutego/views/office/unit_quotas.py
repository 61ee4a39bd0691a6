"""What a customer has of packages: quotas, and the units used and given back (spec EVT-06)."""

from kutego.models import Right, UnitQuota
from kutego.operations.packages import days_to_use, return_unit, units_in_use, use_unit
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.columns import CONTRACTS
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.sold_columns import SALE
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    Column,
    DateFilter,
    PanelForm,
    RecordField,
    TabView,
    YesNoFilter,
    today,
)


def day_label(day):
    """`Mo., 30.11.2026, 10:00: Welpenkurs`."""
    word = _("Mo Di Mi Do Fr Sa So").split()[day.on.weekday()]
    at = f", {day.starts_at:%H:%M}" if day.starts_at else ""
    return f"{word} {day.on:%d.%m.%Y}{at}: {day.course_date}"


def status(quota):
    """What the quota is today."""
    if quota.withdrawn_on is not None:
        return Badge(_("Storniert"))
    if quota.left <= 0:
        return Badge(_("Aufgebraucht"))
    if quota.is_expired(today()):
        return Badge(_("Verfallen"), "danger")
    return Badge(_("Gültig"), "success")


def used_on(quota):
    """The days that units were spent on, those given back marked."""
    return ", ".join(
        _("%(day)s (zurückgegeben)", day=f"{use.on:%d.%m.%Y}")
        if use.returned_at
        else f"{use.on:%d.%m.%Y}"
        for use in quota.uses
    )


class UseForm(PanelForm):
    course_day = RecordField(m("Kurstag"), text=day_label)

    def prepare(self):
        if self.record is None:
            return
        self.course_day.records = days_to_use(self.record, today())
        if not self.course_day.records:
            self.course_day.description = _("In den nächsten Wochen gibt es keinen passenden Tag.")


class ReturnForm(PanelForm):
    use = RecordField(m("Einheit"), text=str)

    def prepare(self):
        if self.record is not None:
            self.use.records = units_in_use(self.record)


QUOTA_BUTTONS = (
    Button(use_unit, UseForm, label="Einheit verwenden", icon="calendar-check", primary=True,
           done="Der Platz an diesem Tag ist gebucht.", right=Right.CONTRACTS_EDIT,
           shown=lambda q: q.left > 0),
    Button(return_unit, ReturnForm, label="Einheit zurückgeben", icon="arrow-counterclockwise",
           done="Die Einheit ist wieder im Paket.", right=Right.CONTRACTS_EDIT,
           shown=lambda q: q.used > 0,
           help="Der Platz an diesem Tag wird frei. Die Einheit kommt in dasselbe Paket zurück "
                "und gilt so lange wie vorher."),
)  # fmt: skip


class CustomerQuotas(TabView):
    model = UnitQuota
    slug, title, one, icon = "quotas", "Pakete", "Paket", "collection-play"
    parent_key, group = "customer_id", CONTRACTS
    is_beside = True
    right = Right.CONTRACTS_VIEW
    columns = (
        Column("package", "Paket", value=lambda q: q.package.name, load=("package",),
               sort="package.name"),
        Column("participant", PARTICIPANT, value=lambda q: q.participant.name,
               load=("participant",), sort="participant.first_name"),
        Column("bought_on", "Gekauft am"),
        Column("expires_on", "Gültig bis", value=lambda q: q.expires_on or _("unbegrenzt")),
        Column("units", "Einheiten"),
        Column("used", "Verwendet"),
        Column("left", "Übrig", value=lambda q: q.left, kind="number",
               sort=UnitQuota.units - UnitQuota.used - UnitQuota.withdrawn),
        Column("status", "Status", value=status, badge=True),
        Column("uses", "Verwendet am", value=used_on, load=("uses",)),
        SALE,
    )  # fmt: skip
    filters = (
        YesNoFilter("has_left", "Noch Einheiten übrig",
                    where=UnitQuota.used + UnitQuota.withdrawn < UnitQuota.units),
        DateFilter("expires_on", "Gültig bis"),
        DateFilter("bought_on", "Gekauft am"),
    )  # fmt: skip
    cards = (
        Card("Paket", "package", "participant", "status", "sale"),
        Card("Einheiten", "units", "used", "left", "uses", "bought_on", "expires_on"),
    )
    buttons = QUOTA_BUTTONS
    default_sort = "-bought_on"
    empty = "Noch kein Paket. Eine Rechnung oder ein Angebot mit der Position „Paket“ gibt eines."
