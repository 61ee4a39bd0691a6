"""A customer is anonymised: nobody can tell any more who it was (Art. 17 GDPR, spec LAW-05).

What was issued keeps its own snapshot for as long as the law wants documents to be kept; master
data, participants, texts, addresses, files and the personal facts of the history go. The chains
stay whole: frozen rows are not touched, and personal facts stand beside them.
"""

from datetime import date

from sqlalchemy import delete, update

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Customer, CustomerState, Message, MessageState
from kutego.models.personal import Erasure, rows_of
from kutego.operations.activity import log_activity
from kutego.operations.deletions import children_first, clear_rows
from kutego.operations.leaving import Standing, accounts_of, discard_files, standing_of
from kutego.texts import gettext as _
from kutego.texts import ngettext


@operation
def erase_customer(customer: Customer, *, on: date, by: Actor) -> None:
    """Anonymise a customer and all that were merged into them; only the number is left.

    Refused while a contract runs, an invoice or offer is open, a place is taken or an appointment,
    rental or ticket is to come, a called-off day is not made up for, money is to be paid back or
    credit is left, and for staff. It cannot be undone.
    """
    ids = accounts_of(customer)
    if not customer.can(CustomerState.ERASED):
        raise DomainError(_("%(name)s ist schon anonymisiert.", name=customer.name))
    if obstacles := obstacles_of(standing_of(ids)):
        raise DomainError(
            _("%(name)s kann noch nicht anonymisiert werden. ", name=customer.name)
            + " ".join(obstacles)
        )
    for account_id in ids:
        account = db.session.get_one(Customer, account_id)
        if account.can(CustomerState.ERASED):
            account.move_to(CustomerState.ERASED)
            account.revision += 1
            log_activity(account, "customer.erased", by=by)
    db.session.flush()
    _stop_messages(ids)
    _erase_everything(ids)


def obstacles_of(standing: Standing) -> list[str]:
    """Why a customer cannot be anonymised yet, each with what to do about it."""
    found = []
    if standing.staff:
        found.append(_("Bitte zuerst die Mitarbeiterrolle entfernen."))
    if standing.contracts:
        found.append(
            ngettext("Ein Vertrag läuft noch: bitte erst beenden.",
                     "%(count)s Verträge laufen noch: bitte erst beenden.", standing.contracts)
        )  # fmt: skip
    if standing.open_invoices:
        found.append(
            ngettext("Eine Rechnung ist offen: bitte erst kassieren oder stornieren.",
                     "%(count)s Rechnungen sind offen: bitte erst kassieren oder stornieren.",
                     standing.open_invoices)
        )  # fmt: skip
    if standing.offers:
        found.append(
            ngettext("Ein Angebot ist offen: bitte erst zurückziehen.",
                     "%(count)s Angebote sind offen: bitte erst zurückziehen.", standing.offers)
        )  # fmt: skip
    if standing.places:
        found.append(
            ngettext("Ein Kursplatz ist noch belegt: bitte erst austragen.",
                     "%(count)s Kursplätze sind noch belegt: bitte erst austragen.",
                     standing.places)
        )  # fmt: skip
    if standing.dates:
        found.append(
            ngettext("Ein Termin, eine Raumvermietung oder ein Ticket steht noch bevor: bitte "
                     "erst absagen oder stornieren.",
                     "%(count)s Termine, Raumvermietungen oder Tickets stehen noch bevor: bitte "
                     "erst absagen oder stornieren.", standing.dates)
        )  # fmt: skip
    if standing.days:
        found.append(
            ngettext("Der Ausgleich für einen abgesagten Kurstag steht noch aus: bitte erst geben "
                     "oder darauf verzichten (Kurs, Reiter „Ausgleich“).",
                     "Der Ausgleich für %(count)s abgesagte Kurstage steht noch aus: bitte erst "
                     "geben oder darauf verzichten (Kurs, Reiter „Ausgleich“).", standing.days)
        )  # fmt: skip
    if standing.refunds:
        found.append(_("Eine Erstattung ist noch unterwegs: bitte erst überweisen."))
    if standing.credit > 0:
        found.append(_("Es ist noch Guthaben da: bitte erst auszahlen."))
    return found


# --- parts ------------------------------------------------------------------------------------


def _stop_messages(ids: list[int]) -> None:
    """What still waits has no address any more."""
    waiting = (Message.customer_id.in_(ids), Message.state == MessageState.QUEUED)
    db.session.execute(
        update(Message)
        .where(*waiting)
        .values(state=MessageState.SUPPRESSED)
        .execution_options(synchronize_session=False)
    )


def _erase_everything(ids: list[int]) -> None:
    """Rows are emptied first, so that none refers to one that goes; then those that go."""
    gone = []
    for holding in children_first():
        rows = rows_of(holding, ids)
        if holding.erasure is Erasure.DELETE:
            gone.append((holding, rows))
        elif holding.drops is not None:
            gone.append((holding, rows & holding.drops()))
    emptied = [h for h in children_first() if h.erasure is Erasure.CLEAR]
    let_go = [(h, rows_of(h, ids)) for h in emptied if h.file and h.file in h.cleared]
    discard_files(let_go + [(h, rows) for h, rows in gone if h.file])
    db.session.flush()
    for holding in emptied:
        clear_rows(holding, ids)
    for holding, rows in gone:
        db.session.execute(delete(holding.rows).where(rows))
    db.session.expire_all()
