"""InfoAgents: who waits for which courses, in the record and of all customers (spec COM-16)."""

from sqlalchemy import func, select

from kutego.db import db
from kutego.models import (
    CourseCategory,
    InfoAgent,
    InfoAgentHit,
    InfoAgentState,
    Location,
    Right,
    Weekday,
)
from kutego.operations.info_agents import create_agent, end_agent, resume_agent
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.columns import COMMUNICATION, CUSTOMER
from kutego.views.office.history import WithHistory
from kutego.views.panel import (
    Button,
    Card,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateFilter,
    KeyFigure,
    PanelForm,
    Place,
    RecordField,
    RecordView,
    RelationFilter,
    TabView,
    place_of,
)


def active(kind):
    """The categories or locations in use."""
    return lambda: db.session.scalars(select(kind).where(kind.is_active).order_by(kind.name))


class AgentForm(PanelForm):
    category = RecordField(m("Kategorie"), active(CourseCategory), required=False)
    location = RecordField(m("Standort"), active(Location), required=False)
    weekday = ChoiceField(m("Wochentag"), Weekday, required=False)


AGENT_COLUMNS = (
    Column("topic", "Gesucht", load=("category", "location"), sort="category.name"),
    Column("state", "Status", badge=True),
    Column("since", "Seit"),
    Column("ended_at", "Beendet", shown=False),
    Column("created_by", "Angelegt von", shown=False),
)
AGENT_FILTERS = (
    ChoiceFilter("state", "Status", InfoAgentState),
    RelationFilter("category_id", "Kategorie",
                   load=lambda: select(CourseCategory.id, CourseCategory.name)),
    RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
    ChoiceFilter("weekday", "Wochentag", Weekday),
    DateFilter("since", "Seit"),
)  # fmt: skip
AGENT_BUTTONS = (
    Button(end_agent, None, label="Beenden", icon="x-circle", mass=True, danger=True,
           done="Der InfoAgent ist beendet.", right=Right.MESSAGES_SEND,
           shown=lambda a: a.state is InfoAgentState.ACTIVE),
    Button(resume_agent, None, label="Wieder einschalten", icon="bell", mass=True,
           done="Der InfoAgent sucht wieder.", right=Right.MESSAGES_SEND,
           shown=lambda a: a.state is InfoAgentState.ENDED),
)  # fmt: skip
CREATE = Button(
    create_agent, AgentForm, label="InfoAgent anlegen", icon="bell", primary=True,
    place=Place.LIST, done="Der InfoAgent ist angelegt.", right=Right.MESSAGES_SEND,
    help="Nur, wenn der Kunde das möchte. Er bekommt eine E-Mail, sobald ein passender Kurstermin "
         "veröffentlicht wird, und kann sie mit einem Klick beenden.",
)  # fmt: skip


class CustomerAgents(TabView):
    model = InfoAgent
    slug, title, one = "info_agents", "InfoAgents", "InfoAgent"
    parent_key, group = "customer_id", COMMUNICATION
    right = Right.MESSAGES_VIEW
    columns, filters = AGENT_COLUMNS, AGENT_FILTERS
    buttons = (CREATE, *AGENT_BUTTONS)
    default_sort = "-since"
    empty = "Kein InfoAgent. Legen Sie einen an, wenn der Kunde von neuen Kursen hören möchte."

    def counter(self, record):
        return super().counter(record).where(InfoAgent.state == InfoAgentState.ACTIVE)

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class InfoAgentView(WithHistory, RecordView):
    model = InfoAgent
    slug, title, one, icon = "info_agents", "InfoAgents", "InfoAgent", "bell"
    category = COMMUNICATION
    right = Right.MESSAGES_VIEW
    columns = (CUSTOMER, *AGENT_COLUMNS)
    filters, buttons = AGENT_FILTERS, AGENT_BUTTONS
    search, search_hint = ("customer.search",), "Kunde"
    default_sort = "-since"
    fields = (
        Column("category", "Kategorie", value=lambda a: a.category and a.category.name),
        Column("location", "Standort", value=lambda a: a.location and a.location.name),
        Column("weekday", "Wochentag"),
    )
    cards = (
        Card("Gesucht", "category", "location", "weekday"),
        Card("Stand", "customer", "state", "since", "ended_at", "created_by"),
    )
    empty = "Noch kein InfoAgent. In der Akte eines Kunden legen Sie einen an."

    def key_figures(self, record):
        told = select(func.count()).where(InfoAgentHit.agent_id == record.id)
        return [KeyFigure(_("Gemeldete Kurse"), str(db.session.scalar(told) or 0), None)]
