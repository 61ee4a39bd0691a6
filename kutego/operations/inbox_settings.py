"""What must hold for the settings of the mailbox that is read."""

import re

from kutego.errors import DomainError
from kutego.models import Company
from kutego.texts import gettext as _

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
FOLDER = re.compile(r"[\x20-\x7e]{1,100}")  # of others, IMAP has a spelling of its own


def check_inbox_settings(record: Company) -> None:
    """A server by its name, a port, a user; without a server nothing is read."""
    record.imap_folder = record.imap_folder or "INBOX"
    if not FOLDER.fullmatch(record.imap_folder):
        raise DomainError(_("Bitte einen Ordner ohne Umlaute angeben, zum Beispiel INBOX."))
    if not record.imap_user:
        record.imap_password = None
    if not record.imap_host:
        return
    if not HOST.fullmatch(record.imap_host):
        raise DomainError(
            _("„%(host)s“ ist kein Name eines Mailservers, zum Beispiel imap.ihr-anbieter.de.",
              host=record.imap_host)
        )  # fmt: skip
    if record.imap_port is not None and not 1 <= record.imap_port <= 65535:
        raise DomainError(_("Der Port ist eine Zahl von 1 bis 65535, meist 993."))
    if not record.imap_user:
        raise DomainError(_("Bitte den Benutzernamen des Postfachs eingeben."))
