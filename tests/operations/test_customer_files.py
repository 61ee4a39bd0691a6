"""Documents of a customer: uploaded, versions, described, deleted with the bytes (spec DOC)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.channels import files
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import Activity, CustomerFile, CustomerState, DiscardedFile, Visibility
from kutego.operations.customer_files import (
    add_version,
    describe_file,
    remove_file,
    upload_files,
    version_of,
)
from kutego.operations.discarded_files import naming_columns, remove_discarded
from kutego.operations.uploads import checked
from kutego.operations.verification import verify
from tests import factories, present
from tests.factories import ANNA, DAY, pdf

TWO_DAYS = timedelta(days=2)


def text(words, name="Notiz.txt"):
    return checked(name, words.encode())


def later(days=2):
    return clock.at(clock.now() + timedelta(days=days))


def actions():
    return list(db.session.scalars(select(Activity.action).where(
        Activity.subject_type == "customer_file").order_by(Activity.id)))  # fmt: skip


def test_several_files_become_a_document_each_internal_by_default(app):
    dog = factories.participant()

    last = upload_files(
        dog.customer, files=[text("eins", "a.txt"), text("zwei", "Ärzte.txt")], participant=dog,
        on=DAY, by=ANNA,
    )  # fmt: skip

    first, second = db.session.scalars(select(CustomerFile).order_by(CustomerFile.id))
    assert (first.title, second.title, last) == ("a", "Ärzte", second)
    assert {f.visibility for f in (first, second)} == {Visibility.INTERNAL}
    assert (second.name, second.media_type, second.size) == ("Ärzte.txt", "text/plain", 4)
    assert (second.uploaded_by, second.participant, second.version) == (ANNA.name, dog, 1)
    assert files.read(second.current.sha256) == b"zwei"
    named = upload_files(
        dog.customer, files=[text("3"), text("4")], title="Befund",
        visibility=Visibility.CUSTOMER, on=DAY, by=ANNA,
    )  # fmt: skip
    assert (named.title, named.visibility) == ("Befund (2)", Visibility.CUSTOMER)
    assert actions() == ["customer_file.uploaded"] * 4


def test_one_that_is_refused_leaves_none_of_them(app):
    stranger = factories.participant()
    customer = factories.customer()
    refusals = [
        ({"files": []}, "mindestens eine"),
        ({"files": [text("x")] * 21}, "Höchstens 20"),
        ({"files": [text("x")], "title": "x" * 121}, "höchstens 120"),
        ({"files": [text("x")], "participant": stranger}, "einem anderen Kunden"),
    ]
    for wish, words in refusals:
        with pytest.raises(DomainError, match=words):
            upload_files(customer, **wish, on=DAY, by=ANNA)
    with transaction():
        customer.state = CustomerState.ERASED
    with pytest.raises(DomainError, match="anonymisiert"):
        upload_files(customer, files=[text("x")], on=DAY, by=ANNA)

    assert db.session.scalars(select(CustomerFile)).all() == []


def test_a_new_version_takes_the_place_of_the_old_one_which_stays(app):
    file = factories.customer_file(name="Vertrag.pdf", title="Vertrag")

    add_version(file, upload=text("neu", "Vertrag 2.txt"), on=DAY, by=ANNA)

    db.session.expire_all()
    assert [(v.number, v.name) for v in file.versions] == [(1, "Vertrag.pdf"), (2, "Vertrag 2.txt")]
    assert (file.title, file.name, file.version, file.size) == ("Vertrag", "Vertrag 2.txt", 2, 3)
    assert files.read(version_of(file, 1).sha256) == pdf()
    assert version_of(file, 3) is None
    assert "vertrag 2.txt" in file.search
    with pytest.raises(DomainError, match="denselben Inhalt"):
        add_version(file, upload=text("neu"), on=DAY, by=ANNA)


def test_what_is_said_about_a_document_is_changed_with_old_and_new_in_the_history(app):
    file = factories.customer_file(title="Alt")

    describe_file(file, title=" Neu ", visibility=Visibility.CUSTOMER, on=DAY, by=ANNA)

    line = db.session.scalar(select(Activity).where(Activity.action == "customer_file.changed"))
    assert line.detail.facts == {
        "title": ["Alt", "Neu"], "visibility": ["internal", "customer"],
    }  # fmt: skip
    with pytest.raises(DomainError, match="nichts geändert"):
        describe_file(file, title="Neu", visibility=Visibility.CUSTOMER, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="Titel eingeben"):
        describe_file(file, title="  ", visibility=Visibility.CUSTOMER, on=DAY, by=ANNA)


def test_deleted_bytes_go_a_day_later_unless_something_else_names_them(app):
    alone = factories.customer_file(content=b"%PDF-alone")
    shared, twin = (factories.customer_file(content=b"%PDF-shared") for _ in range(2))
    enclosed = factories.customer_file(content=pdf())
    factories.enclosure(content=pdf())
    hashes = {file: file.current.sha256 for file in (alone, shared, enclosed)}

    for file in hashes:
        remove_file(file, on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="schon gelöscht"):
        remove_file(alone, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="schon gelöscht"):
        add_version(alone, upload=text("x"), on=DAY, by=ANNA)
    assert version_of(alone, 1) is None
    assert (alone.removed_by, actions()[-1]) == (ANNA.name, "customer_file.removed")
    assert run_job("clean_up", DAY).done == 0
    assert all(map(files.exists, hashes.values()))
    with later():
        assert run_job("clean_up", DAY).done == 1
    assert [files.exists(sha256) for sha256 in hashes.values()] == [False, True, True]
    assert db.session.scalars(select(DiscardedFile)).all() == []
    assert files.read(twin.current.sha256) == b"%PDF-shared"
    assert list(verify()) == []


def test_bytes_that_are_stored_again_meanwhile_are_kept(app, monkeypatch):
    monkeypatch.setattr(clock, "now", present.real)  # as the disk has it
    file = factories.customer_file(content=b"%PDF-again")
    sha256 = file.current.sha256
    remove_file(file, on=DAY, by=ANNA)

    with later(days=1.5):
        files.store(b"%PDF-again")  # the row that will name it is about to be written
        path = files._path(sha256)
        assert path.stat().st_mtime < clock.now().timestamp()  # stored by the real clock
        assert files.remove(sha256, clock.now() - TWO_DAYS) is False
        assert remove_discarded() == 1

    assert not files.exists(sha256)


def test_a_lost_file_of_the_record_is_named_by_the_verification(app):
    file = factories.customer_file()
    assert list(verify()) == []

    files._path(file.current.sha256).unlink()

    [problem] = verify()
    assert problem.place == f"customer_file_version {file.id} (Impfpass.pdf)"


def test_every_column_that_names_a_stored_file_is_asked_before_bytes_go():
    tables = {column.table.name for column in naming_columns()}

    assert {"rendition", "enclosure", "company", "customer_file_version", "transfer_file"} <= tables
    assert "discarded_file" not in tables
