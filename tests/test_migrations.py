"""Migrations: one head, in step with the models, and the triggers are there afterwards."""

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import text

from kutego import create_core
from kutego.db import db
from kutego.models import Activity, Message, triggers
from tests.migrations_in_step import differences

# What other rows refer to: SQLite makes a table anew to change it.
OLD_ROWS = """
INSERT INTO activity (id, subject_type, subject_id, action, actor, at, facts, chain, seq, hash)
VALUES (1, 'customer', 1, 'customer.created', 'Anna', '2026-11-23 08:00:00', '{}', 0, 1, 'x');
INSERT INTO activity_detail (activity_id, salt, facts) VALUES (1, 'salt', '{}');
INSERT INTO message (id, channel, state, template, subject, body, attachments, message_id,
                     created_at, attempts)
VALUES (1, 'email', 'failed', 'invoice_issued', 'Ihre Rechnung', 'Guten Tag', '[]', '<1@a.de>',
        '2026-11-23 08:00:00', 1),
       (2, 'email', 'sent', 'invoice_issued', 'Ihre Rechnung', 'Guten Tag', '[]', '<2@a.de>',
        '2026-11-23 08:00:00', 1);
UPDATE message SET resend_of_id = 1 WHERE id = 2
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
            for statement in OLD_ROWS.split(";"):
                connection.execute(text(statement))

        upgrade()

        message = db.session.get_one(Message, 2)
        assert (message.subject, message.resend_of_id, message.thread_id) == (
            "Ihre Rechnung",
            1,
            None,
        )
        assert db.session.get_one(Activity, 1).detail.salt == "salt"
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
