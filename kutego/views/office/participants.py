"""Participants of a customer: who comes to class."""

from kutego.models import (
    Participant,
    ParticipantState,
    Right,
)
from kutego.operations.customers import archive_participant
from kutego.views.panel import (
    Button,
    ChoiceFilter,
    Column,
    TabView,
)


class CustomerParticipants(TabView):
    model = Participant
    slug, title, one = "participants", "Teilnehmer", "Teilnehmer"
    parent_key = "customer_id"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    creates = True
    columns = (
        Column("first_name", "Vorname"),
        Column("last_name", "Nachname"),
        Column("breed", "Rasse"),
        Column("birthday", "Geburtstag"),
        Column("gender", "Geschlecht", shown=False),
        Column("relation", "Beziehung", shown=False),
        Column("remark", "Bemerkung", shown=False),
        Column("state", "Status", badge=True),
    )
    filters = (ChoiceFilter("state", "Status", ParticipantState),)
    form_columns = (
        "first_name", "last_name", "breed", "birthday", "gender", "relation", "remark",
    )  # fmt: skip
    buttons = (
        Button(archive_participant, None, label="Archivieren", icon="archive", mass=True,
               done="Der Teilnehmer ist archiviert.", right=Right.CUSTOMERS_EDIT,
               shown=lambda p: p.can(ParticipantState.ARCHIVED)),
    )  # fmt: skip
    default_sort = "first_name"
    empty = "Noch kein Teilnehmer. Legen Sie an, wer zum Kurs kommt, bevor Sie buchen."
