"""What lists of e-mails show, narrow down by, and can do."""

from kutego.models import Channel, Message, MessageState, Right
from kutego.operations.messages import hide_message, resend_message, settle_unclear
from kutego.texts import gettext as _
from kutego.views.office.forms import ResendForm
from kutego.views.panel import (
    Badge,
    Button,
    CheckField,
    ChoiceFilter,
    Column,
    DateFilter,
    PanelForm,
    TextFilter,
    YesNoFilter,
)

IS_EMAIL = Message.channel == Channel.EMAIL


class SettleForm(PanelForm):
    was_sent = CheckField(
        "Die E-Mail ist angekommen",
        description="Ohne Haken gilt sie als fehlgeschlagen und kann noch einmal gesendet werden.",
    )


def standing(message: Message) -> Badge:
    """What became of it: opened or come back where that is known, else how it was sent (COM-02)."""
    if message.bounced_at:
        return Badge(_("Unzustellbar"), "danger")
    return Badge(_("Geöffnet"), "success") if message.opened_at else Badge.of(message.state)


MESSAGE_COLUMNS = (
    Column("created_at", "Geschrieben"),
    Column("state", "Status", value=standing, sort="state", badge=True),
    Column("subject", "Betreff"),
    Column("recipient", "An"),
    Column("sent_at", "Gesendet"),
    Column("opened_at", "Geöffnet", shown=False),
    Column("attempts", "Versuche", shown=False),
    Column("error", "Fehler", shown=False),
)
MESSAGE_FILTERS = (
    ChoiceFilter("state", "Status", MessageState),
    YesNoFilter("opened", "Geöffnet", where=Message.opened_at.is_not(None)),
    YesNoFilter("bounced", "Unzustellbar", where=Message.bounced_at.is_not(None)),
    DateFilter("created_at", "Geschrieben"),
    TextFilter("recipient", "An"),
    TextFilter("subject", "Betreff"),
)
MESSAGE_BUTTONS = (
    Button(resend_message, ResendForm, label="Noch einmal senden", icon="send", mass=True,
           done="Die E-Mail wird noch einmal gesendet.", right=Right.MESSAGES_SEND,
           shown=lambda m: m.state is not MessageState.QUEUED),
    Button(settle_unclear, SettleForm, label="Unklaren Versand klären", icon="question-circle",
           done="Der Versand ist geklärt.", right=Right.MESSAGES_SEND, mass=True,
           shown=lambda m: m.state is MessageState.UNCLEAR),
    Button(hide_message, None, label="Aus der Akte nehmen", icon="eye-slash", danger=True,
           done="Die E-Mail steht nicht mehr in der Akte.", right=Right.MESSAGES_SEND, mass=True,
           shown=lambda m: m.state is not MessageState.QUEUED and m.hidden_at is None,
           help="Das Protokoll der Rechnung oder des Angebots behält sie."),
)  # fmt: skip
