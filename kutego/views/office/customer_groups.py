"""Groups of customers as master data, and the two buttons that fill them (spec CUS-09, COM-15)."""

from flask import url_for

from kutego.models import CustomerGroup, RecipientGroup, Right
from kutego.operations.customer_groups import delete_group, join_groups, leave_groups
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.group_choice import offer_groups, present_groups
from kutego.views.office.history import WithHistory
from kutego.views.panel import (
    Button,
    Card,
    Column,
    KeyFigure,
    PanelForm,
    RecordsField,
    RecordView,
    TextFilter,
    YesNoFilter,
)


class JoinForm(PanelForm):
    customer_groups = RecordsField(m("Kundengruppen"), required=False)
    recipient_groups = RecordsField(m("Empfängergruppen"), required=False)

    def prepare(self):
        offer_groups(self)


class LeaveForm(JoinForm):
    def prepare(self):
        present_groups(self, self.records)


GROUP_BUTTONS = (
    Button(join_groups, JoinForm, label="In Gruppen aufnehmen", icon="plus-circle", mass=True,
           done="Die Gruppen sind zugeordnet.", right=Right.CUSTOMERS_EDIT,
           help="Wer schon in einer der Gruppen ist, bleibt es."),
    Button(leave_groups, LeaveForm, label="Aus Gruppen herausnehmen", icon="x-circle", mass=True,
           done="Die Gruppen sind abgewählt.", right=Right.CUSTOMERS_EDIT),
)  # fmt: skip


STAYS = m("Eine Gruppe, die nicht aktiv ist, wird nicht mehr angeboten. Wer darin ist, bleibt es.")


class GroupView(WithHistory, RecordView):
    """A list of groups with the number of their members."""

    category = "Kunden"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    creates = True
    columns = (
        Column("name", "Name"),
        Column("member_count", "Kunden", load=("member_count",)),
        Column("remark", "Bemerkung"),
        Column("is_active", "Aktiv"),
    )
    filters = (TextFilter("name", "Name"), YesNoFilter("is_active", "Aktiv"))
    default_sort = "name"
    cards = (Card("Gruppe", "name", "remark", "is_active"),)
    form_columns = ("name", "remark", "is_active")
    form_args = {"is_active": {"description": STAYS}}
    buttons = (
        Button(delete_group, None, label="Gruppe löschen", icon="trash", danger=True,
               done="Die Gruppe ist gelöscht.", right=Right.CUSTOMERS_EDIT,
               help="Nur eine Gruppe, in der niemand ist, kann gelöscht werden."),
    )  # fmt: skip

    def key_figures(self, record):
        members = url_for("customers.index_view", **{f"f.{record.__tablename__}": record.id})
        return [KeyFigure(_("Kunden"), str(record.member_count), members)]


class CustomerGroupView(GroupView):
    model = CustomerGroup
    slug, title, one, icon = "customer_groups", "Kundengruppen", "Kundengruppe", "tags"
    empty = (
        "Es gibt noch keine Kundengruppe. Kundengruppen teilen Ihre Kunden ein: für Filter, "
        "Preise und Rabatte."
    )


class RecipientGroupView(GroupView):
    model = RecipientGroup
    slug, title, one, icon = "recipient_groups", "Empfängergruppen", "Empfängergruppe", "send"
    empty = (
        "Es gibt noch keine Empfängergruppe. Wer in einer Empfängergruppe ist, bekommt die "
        "Mitteilungen, die Sie an sie schreiben."
    )
