"""Migrations: one head, in step with the models, and the triggers are there afterwards."""

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import select, text

from kutego import create_core
from kutego.db import db
from kutego.models import Message, triggers
from tests.migrations_in_step import differences

OLD_MESSAGE = """
INSERT INTO message (channel, state, template, subject, body, attachments, message_id, created_at,
                     attempts)
VALUES ('email', 'sent', 'invoice_issued', 'Ihre Rechnung', 'Guten Tag', '[]', '<1@example.org>',
        '2026-11-23 08:00:00', 1)
"""


def test_there_is_one_head():
    config = Config()
    config.set_main_option("script_location", "kutego/migrations")
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_office_of_the_first_version_is_brought_up_to_date(kind, tmp_path, request):
    settings = {}
    if kind == "postgresql":
        admin = request.getfixturevalue("postgresql")
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS old_office"))
            connection.execute(text("CREATE DATABASE old_office"))
        url = admin.url.set(database="old_office").render_as_string(hide_password=False)
        settings["database_url"] = url
    app = create_core(instance=tmp_path, secret_key="x" * 40, **settings)
    with app.app_context():
        upgrade(revision="7ef7186da8ca")
        with db.engine.begin() as connection:
            connection.execute(text(OLD_MESSAGE))

        upgrade()

        message = db.session.scalars(select(Message)).one()
        assert (message.subject, message.thread_id) == ("Ihre Rechnung", None)
        assert triggers.missing(db.session.connection()) == []
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_make_the_tables_of_the_models():
    assert differences() == []


def test_an_upgrade_puts_dropped_triggers_back(tmp_path):
    app = create_core(instance=tmp_path, database_url=f"sqlite:///{tmp_path}/kutego.db")
    with app.app_context():
        upgrade()
        with db.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER receipt_no_update"))
            assert triggers.missing(connection) == ["receipt_no_update"]

        upgrade()

        with db.engine.connect() as connection:
            assert triggers.missing(connection) == []
        db.engine.dispose()
