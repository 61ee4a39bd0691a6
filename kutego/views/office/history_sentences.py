"""What was done, told as a colleague would tell it."""

from kutego.models import Activity
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.office.history_facts import shown
from kutego.views.office.sentences import (
    communication,
    contracts,
    courses,
    dunning,
    events,
    goods,
    house,
    leaving,
    mailings,
    money,
    notes,
    offers,
    paper,
    participants,
    people,
    records,
    vouchers,
    waiting,
)

TOPICS = (
    communication, contracts, courses, dunning, events, goods, house, leaving, mailings, money,
    notes, offers, paper, participants, people, records, vouchers, waiting,
)  # fmt: skip
SENTENCES = {action: text for topic in TOPICS for action, text in topic.SENTENCES.items()}


def sentence(activity: Activity) -> str:
    """What was done, in German, with its amounts and dates."""
    pattern = SENTENCES.get(activity.action)
    if pattern is None:
        return activity.action
    facts = {name: shown(value) for name, value in activity.facts.items()}
    if "months" in activity.facts:
        facts["months"] = _months(activity.facts["months"])
    told = _(pattern) % _Known(facts)
    if not activity.facts.get("receipt"):  # goodwill and opening balances have none
        return told
    return _("%(told)s (Quittung %(receipt)s)", told=told, receipt=facts["receipt"])


def _months(count: int) -> str:
    """`2 Monate`, or `1 Monat zurück`."""
    text = ngettext("1 Monat", "%(count)s Monate", abs(count))
    return text if count > 0 else _("%(months)s zurück", months=text)


class _Known(dict[str, str]):
    """A fact that an old line does not have reads as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"
