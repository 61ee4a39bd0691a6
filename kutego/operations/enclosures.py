"""Enclosures: PDFs of the office's own that go along with the confirmation of a booking (OFF-08).

Those of a location go along where one of its courses was booked (DOC-10), the others always.
Accepting an offer and issuing an invoice by hand with a mail are such confirmations. What a mail
has carried stays with it: taking a file out concerns only the mails that are still to be written.
"""

import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import pikepdf
from sqlalchemy import or_, select

from kutego import clock
from kutego.actor import Actor
from kutego.channels import files
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    BookingPosition,
    CourseDate,
    Enclosure,
    Format,
    Invoice,
    InvoicePosition,
    Location,
    Message,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.attachments import attached
from kutego.texts import gettext as _

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
ALL_TOGETHER = 10 * MEGABYTE  # a third more in a mail, and many servers end at 20 MB


@operation
def add_enclosure(
    *, file: tuple[str, bytes], location: Location | None = None, on: date, by: Actor
) -> Enclosure:
    """Let a PDF (its name and its bytes) go along with every confirmation from now on.

    With a `location` with those of its courses. Refuses what is no sound, open PDF of at most
    5 MB, a name there is already, and more than 10 MB that would go along together.
    """
    given, content = _bare_name(file[0]), file[1]
    _check_pdf(given, content)
    name = _pdf_name(given)
    lock(db.session(), [company()])  # two at once must not pass the limits together
    place = location.id if location else None
    present = active_enclosures()
    if any(name.casefold() == o.name.casefold() for o in present if o.location_id == place):
        raise DomainError(
            _("Eine Beilage „%(name)s“ gibt es schon. Bitte entfernen Sie sie zuerst, oder "
              "benennen Sie die neue Datei um.", name=name)
        )  # fmt: skip
    if _largest_mail(present, place, len(content)) > ALL_TOGETHER:
        raise DomainError(
            _("Alle Beilagen zusammen wären größer als 10 MB; solche E-Mails nehmen viele "
              "Mailserver nicht an. Bitte die Datei verkleinern oder eine andere entfernen.")
        )  # fmt: skip
    enclosure = Enclosure(
        location=location,
        name=name,
        media_type=Format.PDF.media_type,
        sha256=files.store(content),
        size=len(content),
        added_at=clock.now(),
        added_by=by.name,
    )
    db.session.add(enclosure)
    log_activity(enclosure, "enclosure.added", by=by, name=name, size=len(content))
    return enclosure


@operation
def add_location_document(
    location: Location, *, file: tuple[str, bytes], on: date, by: Actor
) -> Enclosure:
    """Let a PDF go along with the confirmation of every booking at `location` from now on."""
    return add_enclosure(file=file, location=location, on=on, by=by)


@operation
def remove_enclosure(enclosure: Enclosure, *, on: date, by: Actor) -> None:
    """Leave the file out of future mails. Those already written keep it."""
    lock(db.session(), [company()])
    if not enclosure.is_active:
        raise DomainError(_("„%(name)s“ ist schon entfernt.", name=enclosure.name))
    enclosure.is_active = False
    log_activity(enclosure, "enclosure.removed", by=by, name=enclosure.name)


def enclosures_for(sales: Sequence[Invoice | Booking]) -> Sequence[Enclosure]:
    """What goes along with the confirmation of what was sold, in the order it was added."""
    versions = [each.current.id for each in sales if isinstance(each, Invoice)]
    bookings = [each.id for each in sales if isinstance(each, Booking)]
    invoiced = (
        select(CourseDate.location_id)
        .join(InvoicePosition, InvoicePosition.course_date_id == CourseDate.id)
        .where(InvoicePosition.version_id.in_(versions))
    )
    booked = (
        select(CourseDate.location_id)
        .join(BookingPosition, BookingPosition.course_date_id == CourseDate.id)
        .where(BookingPosition.booking_id.in_(bookings))
    )
    fitting = or_(
        Enclosure.location_id.is_(None),
        Enclosure.location_id.in_(invoiced),
        Enclosure.location_id.in_(booked),
    )
    query = select(Enclosure).where(Enclosure.is_active, fitting).order_by(Enclosure.id)
    return db.session.scalars(query).all()


def active_enclosures() -> Sequence[Enclosure]:
    """What goes along with confirmations today, of every location, in the order it was added."""
    query = select(Enclosure).where(Enclosure.is_active).order_by(Enclosure.id)
    return db.session.scalars(query).all()


def enclosures_sent(sale: Invoice | Booking) -> list[Enclosure]:
    """What the newest mail with the invoice or booking carried, for sending it once more."""
    mails = select(Message).where(
        Message.subject_type == sale.__tablename__,
        Message.subject_id == sale.id,
        Message.template.in_(("invoice_issued", "booking_made")),
    )
    newest = db.session.scalar(mails.order_by(Message.id.desc()).limit(1))
    sent = attached(newest) if newest is not None else []
    return [file for file in sent if isinstance(file, Enclosure)]


# --- parts ------------------------------------------------------------------------------------


def _largest_mail(present: Sequence[Enclosure], place: int | None, size: int) -> int:
    """The bytes of the largest mail about one location, with `size` more at `place`."""
    sums: dict[int | None, int] = defaultdict(int, {place: size})
    for enclosure in present:
        sums[enclosure.location_id] += enclosure.size
    general = sums.pop(None, 0)
    return general + (sums[place] if place is not None else max(sums.values(), default=0))


def _bare_name(name: str) -> str:
    """Without folders and what no file system takes; macOS writes ü as u and two dots."""
    bare = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    return re.sub(r'[:*?"<>|]+', "-", "".join(c for c in bare if c.isprintable()))


def _pdf_name(name: str) -> str:
    """As it shall stand in a mail."""
    stem = re.sub(r"\.pdf$", "", name.strip(), flags=re.IGNORECASE).strip(" .")[:150]
    return f"{stem or _('Beilage')}.pdf"


def _check_pdf(name: str, content: bytes) -> None:
    if len(content) > LARGEST:
        raise DomainError(_("„%(name)s“ ist größer als 5 MB. Bitte verkleinern.", name=name))
    if not content.startswith(b"%PDF-"):
        raise DomainError(
            _("„%(name)s“ ist kein PDF. Bitte speichern Sie die Datei als PDF.", name=name)
        )
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as document:
            is_locked, pages = document.is_encrypted, len(document.pages)
    except pikepdf.PasswordError:
        is_locked, pages = True, 0
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise DomainError(_damaged(name)) from error
    if is_locked:
        raise DomainError(
            _("„%(name)s“ ist geschützt oder braucht ein Passwort. Bitte speichern Sie das PDF "
              "ohne Schutz.", name=name)
        )  # fmt: skip
    if not pages:
        raise DomainError(_damaged(name))


def _damaged(name: str) -> str:
    return _(
        "„%(name)s“ ist beschädigt oder leer. Bitte speichern Sie das PDF noch einmal.", name=name
    )
