"""What can be done with a mailing, and what is said before."""

from kutego.models import Mailing, MailingState, Right
from kutego.operations.audiences import counted
from kutego.operations.mailing_runs import (
    schedule_mailing,
    start_mailing,
    stop_mailing,
    unschedule_mailing,
)
from kutego.operations.mailings import (
    delete_mailing,
    edit_mailing,
    send_test,
    write_mailing,
    write_to_chosen,
)
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.office.mailing_figures import is_under_way
from kutego.views.office.mailing_forms import (
    ChosenForm,
    EditMailingForm,
    MailingForm,
)
from kutego.views.office.mailing_times import ScheduleForm
from kutego.views.panel import Button, Place

MASS = Right.MESSAGES_MASS
LETTER = "office/threads/contact.html"  # where a saved template can be put in


def who_gets_it(mailing: Mailing, on):
    """How many would get it today, and how many not, by reason."""
    counts = counted(mailing, on)
    count = counts.pop(None, 0)
    return [
        ngettext("1 Kunde bekommt „%(subject)s“.", "%(count)s Kunden bekommen „%(subject)s“.",
                 count, subject=mailing),
        *(_("Ausgelassen: %(count)s × %(reason)s", count=number, reason=reason.label)
          for reason, number in counts.items() if reason),
    ]  # fmt: skip


def is_open(mailing: Mailing) -> bool:
    """Whether it can still be changed."""
    return mailing.is_open


MAILING_BUTTONS = (
    Button(write_mailing, MailingForm, label="Mitteilung schreiben", icon="plus-lg", primary=True,
           done="Der Entwurf ist gespeichert. Bitte prüfen Sie ihn vor dem Senden.",
           place=Place.LIST, right=MASS, template=LETTER,
           help="Es entsteht ein Entwurf. Sie sehen dann, wie viele ihn bekommen und wie er "
                "aussieht."),
    Button(start_mailing, None, label="Jetzt senden", icon="send", primary=True, right=MASS,
           done="Der Versand hat begonnen.", shown=is_open, preview=who_gets_it),
    Button(send_test, None, label="Testmail an mich", icon="envelope", right=MASS, shown=is_open,
           done="Die Testmail ist unterwegs.",
           help="Sie bekommen die Mitteilung an Ihre eigene Adresse, ausgefüllt mit Ihren "
                "eigenen Daten."),
    Button(schedule_mailing, ScheduleForm, label="Versand planen", icon="clock", right=MASS,
           done="Die Mitteilung geht zur geplanten Zeit hinaus.", shown=is_open,
           help="Wer sie bekommt, wird erst dann ermittelt."),
    Button(unschedule_mailing, None, label="Planung zurücknehmen", icon="x-circle", right=MASS,
           done="Die Mitteilung ist wieder ein Entwurf.",
           shown=lambda m: m.state is MailingState.SCHEDULED),
    Button(edit_mailing, EditMailingForm, label="Bearbeiten", icon="pencil", right=MASS,
           done="Die Mitteilung ist geändert.", shown=is_open, template=LETTER),
    Button(stop_mailing, None, label="Versand abbrechen", icon="x-lg", danger=True, right=MASS,
           done="Es wird nichts weiter versendet.", shown=is_under_way,
           help="Was der Mailserver schon hat, kann niemand zurückholen."),
    Button(delete_mailing, None, label="Löschen", icon="trash", danger=True, right=MASS,
           done="Die Mitteilung ist gelöscht.", shown=is_open),
)  # fmt: skip

CHOSEN_BUTTON = Button(
    write_to_chosen, ChosenForm, label="Mitteilung schreiben", icon="send", right=MASS,
    done="Der Entwurf ist gespeichert. Bitte prüfen Sie ihn vor dem Senden.", place=Place.IDS,
    shown=lambda _customer: False,  # one alone is written to by „Kontaktieren“
    help="Es entsteht ein Entwurf an genau diese Kunden. Gesendet wird erst, wenn Sie es sagen.",
)  # fmt: skip
