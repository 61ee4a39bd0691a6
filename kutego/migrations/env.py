"""Alembic's entry: the tables of the models, and the triggers put back after every upgrade."""

from alembic import context
from flask import current_app
from sqlalchemy.sql.elements import False_, True_
from sqlalchemy.types import TypeDecorator

from kutego.models import triggers

database = current_app.extensions["migrate"].db
config = context.config
config.set_main_option(
    "sqlalchemy.url",
    database.engine.url.render_as_string(hide_password=False).replace("%", "%%"),
)


def skip_empty(_context, _revision, directives):
    """Write no migration where models and tables agree."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def render_plainly(kind, item, _autogen):
    """A migration names the database's own types: it must run when the models have moved on.

    Yes and no as a default are spelled by each database its own way, not as the one here does.
    """
    if kind == "server_default" and isinstance(getattr(item, "arg", None), False_ | True_):
        return "sa.true()" if isinstance(item.arg, True_) else "sa.false()"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def check_foreign_keys(connection, on):
    """Below SQLAlchemy: it would begin a transaction first, within which SQLite ignores it."""
    connection.connection.driver_connection.execute(
        f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}"
    )


with database.engine.connect() as connection:
    # SQLite cannot alter a table that others refer to while it checks foreign keys
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        check_foreign_keys(connection, on=False)
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_plainly,
        process_revision_directives=skip_empty,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
            raise RuntimeError(f"A row refers to nothing after the migration: {lost}")
    triggers.install(connection)
    if is_sqlite:  # a table that was made anew has lost what the planner knew of its indexes
        connection.exec_driver_sql("ANALYZE")
    connection.commit()
    if is_sqlite:
        check_foreign_keys(connection, on=True)
