"""What was done to the house itself: settings, staff, customers that were deleted."""

from kutego.models import Activity, Right
from kutego.views.office.history_facts import details
from kutego.views.office.history_sentences import sentence
from kutego.views.panel import Column, DateFilter, RecordView, TextFilter


class ProtocolView(RecordView):
    """The lines of the history that belong to no customer; nobody can change them."""

    model = Activity
    slug, title, one, icon = "protocol", "Protokoll", "Vorgang", "journal-text"
    category = "Unternehmen"
    right = Right.SETTINGS
    is_home = has_records = False
    columns = (
        Column("at", "Wann"),
        Column("actor", "Wer"),
        Column("action", "Was", value=sentence, sort=""),
        Column("detail", "Angaben", value=lambda a: "; ".join(details(a)), load=("detail",),
               sort=""),
    )  # fmt: skip
    filters = (DateFilter("at", "Wann"), TextFilter("actor", "Wer"))
    default_sort = "-at"
    empty = "Noch nichts geschehen."

    def record_url(self, record):
        return ""  # a line says all there is

    def scope(self, query):
        return super().scope(query).where(Activity.customer_id.is_(None))
