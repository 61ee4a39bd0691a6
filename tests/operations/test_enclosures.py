"""The office's own files go along with a confirmation, and stay with the mail that carried them."""

from io import BytesIO
from threading import Barrier, Thread

import pikepdf
import pytest
from sqlalchemy import select

from kutego.channels import files
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Activity, Enclosure, Message, PositionKind, Rendition
from kutego.operations.attachments import attached
from kutego.operations.billing import bill_contract
from kutego.operations.enclosures import LARGEST, active_enclosures, remove_enclosure
from kutego.operations.invoices import resend_invoice
from kutego.operations.messages import resend_message
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.outbox import note_sent
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY, enclosure, pdf


def accepted(offer):
    texts = {kind: text.id for kind, text in consent_texts(DAY).items()}
    accept_offer(offer, version=offer.version, consents=texts, on=DAY)


def mail_of(template):
    query = select(Message).where(Message.template == template).order_by(Message.id.desc())
    return db.session.scalars(query).first()


def names(mail):
    return [file.name for file in attached(mail) if isinstance(file, Enclosure)]


def large(size=LARGEST):
    """A sound PDF of almost `size` bytes."""
    document, out = pikepdf.new(), BytesIO()
    document.add_blank_page()
    document.Root.Filler = document.make_stream(b"x" * (size - 2000))
    document.save(out, compress_streams=False)
    assert size - 2000 < len(out.getvalue()) <= size
    return out.getvalue()


# --- going along ------------------------------------------------------------------------------


def test_an_accepted_offer_is_confirmed_with_the_invoice_and_then_the_files(app):
    enclosure("Hausordnung.pdf")
    enclosure("Packliste.pdf")
    offer = factories.offer()

    accepted(offer)

    mail = mail_of("offer_accepted")
    assert [type(file) for file in attached(mail)] == [Rendition] * 3 + [Enclosure] * 2
    assert names(mail) == ["Hausordnung.pdf", "Packliste.pdf"]
    assert "Außerdem liegen bei: Hausordnung.pdf, Packliste.pdf." in mail.body
    assert names(mail_of("offer_issued")) == []


def test_an_invoice_written_by_hand_carries_them_and_one_of_a_contract_does_not(app):
    enclosure()
    contract = factories.contract()

    mail = mail_of("invoice_issued")
    assert names(mail) == ["Hausordnung.pdf"]
    assert "Außerdem liegt bei: Hausordnung.pdf." in mail.body

    bill_contract(contract, on=contract.next_invoice_on, by=ANNA)
    monthly = mail_of("invoice_issued")
    assert monthly.id != mail.id
    assert names(monthly) == []
    assert "liegt bei" not in monthly.body


def test_what_is_removed_is_left_out_of_new_mails_and_stays_with_the_old_ones(app):
    file = enclosure()
    invoice = factories.invoice()
    first = mail_of("invoice_issued")
    note_sent(first)

    remove_enclosure(file, on=DAY, by=ANNA)
    enclosure("Neu.pdf")

    assert names(first) == ["Hausordnung.pdf"]
    assert names(resend_message(first, to_current=False, on=DAY, by=ANNA)) == ["Hausordnung.pdf"]
    again = resend_invoice(invoice, to_current=False, on=DAY, by=ANNA)
    assert names(again) == ["Hausordnung.pdf"]
    assert "Hausordnung.pdf" in again.body
    factories.invoice()
    assert names(mail_of("invoice_issued")) == ["Neu.pdf"]
    with pytest.raises(DomainError, match=r"„Hausordnung\.pdf“ ist schon entfernt"):
        remove_enclosure(file, on=DAY, by=ANNA)
    actions = select(Activity.action).where(Activity.subject_type == "enclosure")
    assert sorted(db.session.scalars(actions)) == [
        "enclosure.added", "enclosure.added", "enclosure.removed",
    ]  # fmt: skip


def test_the_files_of_a_location_go_along_where_its_course_is_booked(app):
    hall, meadow = factories.location(), factories.location(name="Wiese")
    enclosure("Hausordnung.pdf")
    enclosure("Anfahrt.pdf", location=hall)
    enclosure("Anfahrt.pdf", location=meadow)
    dog = factories.participant()
    course = factories.course_date(location_id=hall.id)
    booked = factories.line(
        "149.00", kind=PositionKind.COURSE, text="Welpenkurs", participant_id=dog.id,
        course_date_id=course.id,
    )  # fmt: skip

    factories.invoice(booked, of=dog.customer)

    files = [file for file in attached(mail_of("invoice_issued")) if isinstance(file, Enclosure)]
    assert [(file.name, file.location) for file in files] == [
        ("Hausordnung.pdf", None), ("Anfahrt.pdf", hall),
    ]  # fmt: skip
    accepted(factories.offer(booked, of=dog.customer))
    assert names(mail_of("offer_accepted")) == ["Hausordnung.pdf", "Anfahrt.pdf"]
    factories.invoice()
    assert names(mail_of("invoice_issued")) == ["Hausordnung.pdf"]


# --- what is taken ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "ist kein PDF"),
        (b"PK\x03\x04 ein Word-Dokument", "ist kein PDF"),
        (b"%PDF-1.7\nabgeschnitten", "beschädigt"),
        (pdf()[:-40], "beschädigt"),
        (pdf(pages=0), "beschädigt oder leer"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "ein Passwort"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="")), "ist geschützt"),
        (b"%PDF-" + b"x" * LARGEST, "größer als 5 MB"),
    ],
)
def test_only_a_sound_open_pdf_of_bearable_size_is_taken(app, content, words):
    with pytest.raises(DomainError, match=words):
        enclosure(content=content)

    assert active_enclosures() == []


@pytest.mark.parametrize(
    "given, kept",
    [
        ("Gela\u0308ndeplan.PDF", "Geländeplan.pdf"),
        ("C:\\Eigene Dateien\\Packliste.pdf", "Packliste.pdf"),
        ("../../etc/Anfahrt.pdf", "Anfahrt.pdf"),
        ("A\u0308rzte\r\nBcc: x.pdf", "ÄrzteBcc- x.pdf"),
        (".pdf", "Beilage.pdf"),
        ("ohne Endung", "ohne Endung.pdf"),
    ],
)
def test_the_name_is_one_that_every_mail_program_takes(app, given, kept):
    assert enclosure(given).name == kept


def test_a_name_is_there_once_and_free_again_after_removing(app):
    first = enclosure()

    with pytest.raises(DomainError, match="gibt es schon"):
        enclosure("hausordnung.PDF")

    remove_enclosure(first, on=DAY, by=ANNA)
    second = enclosure()
    assert active_enclosures() == [second]


def test_all_together_they_stay_small_enough_for_a_mail(app):
    enclosure("1.pdf", large())
    enclosure("2.pdf", large())

    with pytest.raises(DomainError, match="größer als 10 MB"):
        enclosure("3.pdf", large(LARGEST // 2))

    assert [file.name for file in active_enclosures()] == ["1.pdf", "2.pdf"]
    hall = factories.location()
    with pytest.raises(DomainError, match="größer als 10 MB"):
        enclosure("4.pdf", large(LARGEST // 2), location=hall)
    enclosure("4.pdf", location=hall)
    enclosure("4.pdf", location=factories.location(name="Wiese"))
    with pytest.raises(DomainError, match="gibt es schon"):
        enclosure("4.pdf", location=hall)


def test_two_at_once_do_not_pass_the_limit_together(app):
    enclosure("1.pdf", large())
    content, barrier, refused = large(LARGEST - 100_000), Barrier(2), []

    def add(name):
        with app.app_context():
            barrier.wait()
            try:
                enclosure(name, content)
            except DomainError as refusal:
                refused.append(str(refusal))
            finally:
                db.session.remove()

    threads = [Thread(target=add, args=(f"{name}.pdf",)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert len(active_enclosures()) == 2
    assert len(refused) == 1


def test_a_lost_file_is_named_by_the_verification(app):
    file = enclosure()
    assert list(verify()) == []

    files._path(file.sha256).unlink()

    assert [problem.place for problem in verify()] == [f"enclosure {file.id} (Hausordnung.pdf)"]
