"""Participants: who comes to class, of one customer and of all (spec PAR)."""

from kutego.models import Participant, Right
from kutego.views.office.history import WithHistory
from kutego.views.office.house_words import PARTICIPANTS, worded
from kutego.views.office.participant_buttons import PARTICIPANT_BUTTONS
from kutego.views.office.participant_columns import COLUMNS, FILTERS, FORM
from kutego.views.office.participant_form import WithOwnFields
from kutego.views.office.participant_page import ParticipantPage
from kutego.views.office.participant_words import WithHouseWords
from kutego.views.panel import Card, RecordView, TabView

CARDS = (
    Card("Person", "first_name", "last_name", "breed", "level", "birthday", "gender", "relation",
         "customer", "created_at"),
    Card("Intern", "remark"),
)  # fmt: skip


class Participants(WithHouseWords, WithOwnFields, ParticipantPage, WithHistory, RecordView):
    """What the list of all participants and the tab of a customer have in common."""

    model = Participant
    slug = "participants"
    icon = "person"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    columns, filters, cards = COLUMNS, FILTERS, CARDS
    form_columns = FORM
    form_args = {"remark": {"description": "Der Kunde sieht die Bemerkung nicht."}}
    buttons = PARTICIPANT_BUTTONS
    default_sort = "first_name"
    record_template = "office/participants/record.html"


class ParticipantView(Participants):
    category = "Kunden"
    creates = False
    search = ("first_name", "last_name", "breed", "customer.search")
    search_hint = worded("{participant}, Kunde, Nummer")
    empty = "Noch niemand. Angelegt wird, wer zum Kurs kommt, in der Akte des Kunden."


class CustomerParticipants(Participants, TabView):
    parent_key, group = "customer_id", PARTICIPANTS
    creates = True
    empty = "Noch niemand. Legen Sie an, wer zum Kurs kommt, bevor Sie buchen."
