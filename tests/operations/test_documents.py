"""The files of issued documents: made once, from the snapshot, kept for good."""

from decimal import Decimal

import pikepdf
import pytest
from sqlalchemy.exc import DatabaseError

from kutego import workers
from kutego.channels import files
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Cancellation,
    DepositKind,
    Format,
    Receipt,
    Rendition,
    company,
)
from kutego.operations.cancellations import cancel_positions
from kutego.operations.credit import deposit_credit
from kutego.operations.documents import (
    document_bytes,
    document_of,
    pending_renditions,
    render_pending,
    render_rendition,
    renditions_of,
    stored_bytes,
)
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY, line
from tests.racing import in_processes


def names(document):
    return [rendition.name for rendition in renditions_of(document)]


def break_document(rendition):
    """A document that no layout can draw, as a defect of the program would make it."""
    document = document_of(rendition)
    table = document.__table__
    broken = document.snapshot | {"positions": [{"text": "ohne Betrag"}]}
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {table.name}_no_update")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        connection.execute(table.update().where(table.c.id == document.id).values(snapshot=broken))
        connection.commit()
    db.session.rollback()


def test_an_invoice_has_a_pdf_and_an_xml_that_carry_its_number(app):
    invoice = factories.invoice()

    [pdf, xml] = renditions_of(invoice.current)

    assert [pdf.name, xml.name] == ["Rechnung R-2026-00001.pdf", "Rechnung R-2026-00001.xml"]
    assert (pdf.sha256, xml.sha256) == (None, None)
    assert document_of(pdf) is invoice.current


def test_every_kind_of_document_has_its_files(app):
    customer = factories.customer()
    invoice = factories.invoice(of=customer)
    deposit_credit(
        customer, amount=Decimal("5.00"), kind=DepositKind.ON_SITE, received_on=DAY, text="Bar",
        on=DAY, by=ANNA,
    )  # fmt: skip
    offer = factories.offer(of=customer)
    cancel_positions(invoice, reason="Krank", on=DAY, by=ANNA)

    cancellation = db.session.scalars(db.select(Cancellation)).one()
    receipt = db.session.scalars(db.select(Receipt)).one()

    assert names(cancellation) == [
        "Stornorechnung S-2026-0001.pdf",
        "Stornorechnung S-2026-0001.xml",
    ]
    assert names(receipt) == ["Quittung Q-2026-0001.pdf"]
    assert names(offer.versions[0]) == ["Angebot A-2026-0001.pdf"]
    assert names(customer) == names(None) == []
    assert render_pending().problems == []
    assert pending_renditions() == []


def test_a_slash_in_a_number_does_not_end_up_in_a_file_name(app):
    with transaction():
        company().number_formats = {"invoice": "{year}/{number}"}

    invoice = factories.invoice()

    assert names(invoice.current) == ["Rechnung 2026-1.pdf", "Rechnung 2026-1.xml"]


def test_a_document_is_made_on_the_spot_and_then_kept(app):
    pdf, xml = renditions_of(factories.invoice().current)

    data = document_bytes(pdf)

    assert data.startswith(b"%PDF-1.7")
    assert (pdf.size, pdf.error) == (len(data), None)
    assert files.read(pdf.sha256) == data
    assert b"R-2026-00001" in document_bytes(xml)
    assert document_bytes(pdf) == data


def test_a_stored_document_is_never_replaced(app):
    pdf, _xml = renditions_of(factories.invoice().current)
    document_bytes(pdf)
    other = files.store(b"another document")

    with pytest.raises(DatabaseError, match="frozen"), transaction():
        db.session.get_one(Rendition, pdf.id).sha256 = other


def test_what_is_stored_is_shown_even_where_the_program_would_draw_it_otherwise(app):
    pdf, _xml = renditions_of(factories.invoice().current)
    before = document_bytes(pdf)
    with transaction():
        company().name = "Ganz anders"

    render_rendition(pdf)

    assert document_bytes(pdf) == before


def test_a_swapped_file_is_not_given_out(app):
    pdf, _xml = renditions_of(factories.invoice().current)
    document_bytes(pdf)
    path = app.config["KUTEGO"].files / pdf.sha256[:2] / pdf.sha256[2:]
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 forged")

    with pytest.raises(files.DamagedFile):
        document_bytes(pdf)


def test_a_run_makes_everything_and_a_second_one_nothing(app):
    invoices = [factories.invoice(line(f"{price}.00")) for price in (10, 20, 30)]

    first, second = render_pending(), render_pending()

    assert (first.done, first.problems) == (6, [])
    assert (second.done, second.problems) == (0, [])
    for invoice in invoices:
        pdf, xml = renditions_of(invoice.current)
        with pikepdf.open(app.config["KUTEGO"].files / pdf.sha256[:2] / pdf.sha256[2:]) as opened:
            assert list(opened.attachments) == ["factur-x.xml"]
        assert invoice.number.encode() in stored_bytes(xml)


def test_a_run_can_be_asked_for_some_only(app):
    wanted, other = (renditions_of(factories.invoice().current) for _ in range(2))

    render_pending([wanted[0].id])

    assert [r.id for r in pending_renditions()] == [wanted[1].id, *(r.id for r in other)]


def test_one_bad_document_does_not_stop_the_rest_and_says_why(app, caplog):
    bad, good = factories.invoice(), factories.invoice()
    broken = renditions_of(bad.current)
    break_document(broken[0])

    result = render_pending()

    assert result.done == 2
    assert all(rendition.sha256 for rendition in renditions_of(good.current))
    assert len(result.problems) == 2
    assert result.problems[0].startswith("Rechnung R-2026-00001.")
    assert {rendition.id for rendition in pending_renditions()} == {r.id for r in broken}
    assert all(rendition.error for rendition in pending_renditions())
    assert "was not rendered" in caplog.text
    with pytest.raises(DomainError, match=r"R-2026-00001\.pdf.*konnte noch nicht erstellt"):
        document_bytes(broken[0])


def test_while_the_disk_takes_no_file_documents_wait_and_nothing_is_lost(app, caplog):
    for _each in range(2):
        factories.invoice()
    folder = app.config["KUTEGO"].files
    if folder.exists():
        folder.rename(folder.with_name("aside"))
    folder.write_text("")  # as good as full: nothing can be stored in it

    result = render_pending()
    assert (result.done, len(result.problems)) == (0, 1)
    assert "Es lässt sich keine Datei ablegen" in result.problems[0]
    assert "No document can be stored" in caplog.text
    with pytest.raises(DomainError, match="konnte noch nicht erstellt werden"):
        document_bytes(pending_renditions()[0])
    folder.unlink()

    assert render_pending().done == 4
    assert list(verify()) == []


def test_what_failed_is_tried_again_and_the_error_goes(app):
    pdf, _xml = renditions_of(factories.invoice().current)
    with transaction():
        db.session.get_one(Rendition, pdf.id).error = "RuntimeError: out of memory"

    result = render_pending()

    assert (result.done, result.problems) == (2, [])
    assert pdf.error is None


def test_the_page_of_the_offer_stands_on_its_pdf(app):
    offer = factories.offer()
    [pdf] = renditions_of(offer.versions[0])
    document_bytes(pdf)

    with pikepdf.open(app.config["KUTEGO"].files / pdf.sha256[:2] / pdf.sha256[2:]) as opened:
        links = [str(a.A.URI) for page in opened.pages for a in page.get("/Annots", [])]

    assert f"http://127.0.0.1:8000/angebot/{offer.token}" in links


def render_in_a_process():
    try:
        return render_pending().problems
    finally:
        workers.shut_down()  # a process waits for its children before it ends them


def test_two_processes_that_make_the_same_files_agree(app):
    for _ in range(3):
        factories.invoice()

    outcomes = in_processes(app, (render_in_a_process,), (render_in_a_process,))

    assert outcomes == [[], []]
    renditions = db.session.scalars(db.select(Rendition)).all()
    assert all(files.read(rendition.sha256) for rendition in renditions)
    assert {rendition.format for rendition in renditions} == set(Format)
