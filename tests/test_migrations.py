"""Migrations: one head, in step with the models, and the triggers are there afterwards."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import text

from kutego import create_core
from kutego.db import db
from kutego.models import triggers
from tests.migrations_in_step import differences


def test_there_is_one_head():
    config = Config()
    config.set_main_option("script_location", "kutego/migrations")
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


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
