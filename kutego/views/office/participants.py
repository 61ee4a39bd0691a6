"""Participants of a customer: who comes to class, and to which courses (spec PAR-01 to 04, 13)."""

from dataclasses import replace

from kutego.models import (
    EnrolmentState,
    Participant,
    ParticipantState,
    Right,
    company,
)
from kutego.operations.participants import archive_participant, restore_participant
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    TabView,
)


def courses_of(participant: Participant) -> str:
    """The courses somebody is in at the moment."""
    present = [e for e in participant.enrolments if e.state is EnrolmentState.ACTIVE]
    return ", ".join(dict.fromkeys(e.course_date.title for e in present))


class CustomerParticipants(TabView):
    model = Participant
    slug, title = "participants", "Teilnehmer"
    icon = "person"
    parent_key = "customer_id"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    creates = True
    columns = (
        Column("first_name", "Vorname"),
        Column("last_name", "Nachname"),
        Column("breed", "Rasse"),
        Column("courses", "Kurse", value=courses_of, load=("enrolments.course_date",)),
        Column("birthday", "Geburtstag"),
        Column("gender", "Geschlecht", shown=False),
        Column("relation", "Beziehung", shown=False),
        Column("remark", "Interne Bemerkung", shown=False),
        Column("created_at", "Angelegt", shown=False),
        Column("state", "Status", badge=True),
    )
    filters = (ChoiceFilter("state", "Status", ParticipantState),)
    cards = (
        Card("Person", "first_name", "last_name", "breed", "birthday", "gender", "relation",
             "created_at"),
        Card("Intern", "remark"),
    )  # fmt: skip
    form_columns = (
        "first_name", "last_name", "breed", "birthday", "gender", "relation", "remark",
    )  # fmt: skip
    form_args = {"remark": {"description": "Der Kunde sieht die Bemerkung nicht."}}
    buttons = (
        Button(archive_participant, None, label="Archivieren", icon="archive", mass=True,
               done="Der Teilnehmer ist archiviert.", right=Right.CUSTOMERS_EDIT,
               shown=lambda p: p.can(ParticipantState.ARCHIVED)),
        Button(restore_participant, None, label="Wieder aktivieren", icon="arrow-counterclockwise",
               done="Der Teilnehmer ist wieder aktiv.", right=Right.CUSTOMERS_EDIT, mass=True,
               shown=lambda p: p.can(ParticipantState.ACTIVE)),
    )  # fmt: skip
    default_sort = "first_name"
    record_template = "office/participant.html"
    empty = "Noch kein Teilnehmer. Legen Sie an, wer zum Kurs kommt, bevor Sie buchen."

    @property
    def one(self):
        """What the house calls who comes to class: dog, child (spec PAR-02)."""
        return company().participant_word

    def column_map(self):
        """Named as the house names them; without a breed where it asks for none."""
        columns, labels = super().column_map(), named()
        return {
            key: replace(column, label=labels.get(key, column.label))
            for key, column in columns.items()
            if labels.get(key, column.label)
        }

    def _stripped(self, form):
        form = super()._stripped(form)
        for key, label in named().items():
            if not label:
                del form[key]
            elif key in form:
                form[key].label.text = label
        return form


def named():
    """The fields whose names are settings of the house; one without a name is not asked for."""
    house = company()
    return {
        "first_name": house.participant_first_name_label,
        "breed": house.participant_breed_label,
    }
