"""Backup and restore: everything out, everything back, on another kind of database too."""

import pytest
from flask_migrate import upgrade
from sqlalchemy import select, text

from kutego import backup, create_core
from kutego.channels import files
from kutego.db import Base, db, transaction
from kutego.models import Customer, triggers
from kutego.operations.verification import verify
from tests import factories

SECRET = "x" * 40


@pytest.fixture
def business(tmp_path):
    """A migrated database with something of everything in it."""
    folder = tmp_path / "old"
    app = create_core(instance=folder, secret_key=SECRET)
    with app.app_context():
        upgrade()
        factories.company()
        factories.contract()
        factories.enclosure()
        factories.invoice()
        files.store(b"a stored document")
        yield app
        db.session.remove()
        db.engine.dispose()


def content():
    rows = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in backup.SKIPPED:
            query = select(table).order_by(*table.primary_key.columns)
            rows[table.name] = db.session.execute(query).all()
    return rows


def fresh(folder, **settings):
    return create_core(instance=folder, secret_key=SECRET, **settings)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restored_business_is_the_same(business, tmp_path, kind, request):
    archive = tmp_path / "backup.tar.gz"
    backup.write_backup(db.engine, business.config["KUTEGO"], archive)
    before = content()

    settings = {}
    if kind == "postgresql":
        admin = request.getfixturevalue("postgresql")
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS restored"))
            connection.execute(text("CREATE DATABASE restored"))
        url = admin.url.set(database="restored").render_as_string(hide_password=False)
        settings["database_url"] = url
    other = fresh(tmp_path / "new", **settings)
    with other.app_context():
        upgrade()
        backup.restore_backup(db.engine, other.config["KUTEGO"], archive)
        after = content()
        with db.engine.connect() as connection:
            missing = triggers.missing(connection)
        problems = list(verify())
        with transaction():
            number = factories.customer(email="neu@example.org").number
        db.session.remove()
        db.engine.dispose()

    assert after == before
    assert missing == []
    assert problems == []
    assert number not in {row.number for row in before["customer"]}
    kept = {path.read_bytes() for path in (tmp_path / "new" / "files").glob("*/*")}
    assert kept == {b"a stored document", factories.pdf()}


def test_a_database_with_a_business_is_replaced_only_by_force(business, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    backup.write_backup(db.engine, business.config["KUTEGO"], archive)
    factories.customer(last_name="Später")
    db.session.remove()

    with pytest.raises(backup.RestoreRefused, match="nicht leer"):
        backup.restore_backup(db.engine, business.config["KUTEGO"], archive)
    backup.restore_backup(db.engine, business.config["KUTEGO"], archive, force=True)

    assert db.session.scalar(select(Customer).where(Customer.last_name == "Später")) is None
    assert list(verify()) == []


def test_something_that_is_no_backup_is_refused_and_nothing_changes(business, tmp_path):
    import tarfile

    archive = tmp_path / "other.tar.gz"
    with tarfile.open(archive, "w:gz"):
        pass

    with pytest.raises(backup.RestoreRefused, match="Sicherung von Kutego"):
        backup.restore_backup(db.engine, business.config["KUTEGO"], archive, force=True)

    assert db.session.scalar(select(Customer).limit(1)) is not None


@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_torn_archive_is_refused_and_nothing_changes(business, tmp_path, part):
    archive = tmp_path / "backup.tar.gz"
    backup.write_backup(db.engine, business.config["KUTEGO"], archive)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)] or b"no archive at all")
    before = content()
    db.session.remove()

    with pytest.raises(backup.RestoreRefused, match="keine vollständige Sicherung"):
        backup.restore_backup(db.engine, business.config["KUTEGO"], archive, force=True)

    assert content() == before


def test_a_backup_that_cannot_be_written_says_so(business, tmp_path):
    target = tmp_path / "missing" / "backup.tar.gz"

    answer = business.test_cli_runner().invoke(args=["kutego", "backup", str(target)])

    assert answer.exit_code == 1
    assert f"{target} kann nicht geschrieben werden" in answer.output


def test_an_interrupted_backup_leaves_no_half_archive(business, tmp_path, monkeypatch):
    target = tmp_path / "backup.tar.gz"

    def full_disk(*_args):
        raise OSError("No space left on device")

    monkeypatch.setattr(backup, "_add_files", full_disk)
    with pytest.raises(OSError, match="No space"):
        backup.write_backup(db.engine, business.config["KUTEGO"], target)

    assert list(tmp_path.glob("*backup*")) == []
