"""Triggers by which the database itself refuses to change frozen rows and stored documents.

Alembic's batch rebuild of a SQLite table drops its triggers, so they are installed anew after
every upgrade, from the list of frozen models.
"""

from collections.abc import Collection

from sqlalchemy import Connection, inspect, text

from kutego.models.chain import chained_models

_FUNCTION = """
CREATE OR REPLACE FUNCTION kutego_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are frozen', TG_TABLE_NAME; END $$
"""


def frozen_tables() -> list[str]:
    """The names of the tables whose rows may only be added."""
    return [model.__tablename__ for model in chained_models()]


def triggers(dialect: str, tables: Collection[str]) -> dict[str, str]:
    """Every trigger that `tables` must have: its name and the statement that creates it."""
    found: dict[str, str] = {}
    for table in frozen_tables():
        if table in tables:
            found |= _postgresql(table) if dialect == "postgresql" else _sqlite(table)
    return found | (_rendition(dialect) if "rendition" in tables else {})


def _sqlite(table: str) -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are frozen'); END"
    exists = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id)'
    return {
        f"{table}_no_{verb}": f"CREATE TRIGGER {table}_no_{verb} BEFORE {event} "
        f'ON "{table}" {refuse}'
        for verb, event in (("update", "UPDATE"), ("delete", "DELETE"))
    } | {
        # INSERT OR REPLACE would delete the old row without asking the delete trigger
        f"{table}_no_replace": f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" '
        f"{exists} {refuse}"
    }


def _postgresql(table: str) -> dict[str, str]:
    return {
        f"{table}_no_change": f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE "
        f'ON "{table}" FOR EACH ROW EXECUTE FUNCTION kutego_refuse()',
        f"{table}_no_truncate": f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE "
        f'ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION kutego_refuse()',
    }


def _rendition(dialect: str) -> dict[str, str]:
    """A stored document is never replaced; one that is still to be rendered may be filled."""
    if dialect == "postgresql":
        return {
            "rendition_no_change": "CREATE TRIGGER rendition_no_change BEFORE UPDATE OR DELETE "
            "ON rendition FOR EACH ROW WHEN (OLD.sha256 IS NOT NULL) "
            "EXECUTE FUNCTION kutego_refuse()"
        }
    return {
        f"rendition_no_{verb.lower()}": f"CREATE TRIGGER rendition_no_{verb.lower()} BEFORE {verb} "
        "ON rendition WHEN OLD.sha256 IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'stored documents are frozen'); END"
        for verb in ("UPDATE", "DELETE")
    }


def install(connection: Connection) -> None:
    """Create every trigger that is missing on the tables there are. Safe to run again."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text(_FUNCTION))
    present = existing(connection)
    for name, statement in triggers(dialect, inspect(connection).get_table_names()).items():
        if name not in present:
            connection.exec_driver_sql(
                statement.replace("%", "%%") if "%" in statement else statement
            )


def existing(connection: Connection) -> dict[str, str]:
    """The triggers there are: name and definition (SQLite) or enabled state (PostgreSQL)."""
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    return {row[0]: row[1] for row in connection.execute(text(query))}


def missing(connection: Connection) -> list[str]:
    """The names of triggers that were dropped, disabled or altered."""
    tables = [*frozen_tables(), "rendition"]
    present, wanted = existing(connection), triggers(connection.dialect.name, tables)
    if connection.dialect.name == "postgresql":
        return sorted(name for name in wanted if present.get(name) not in ("O", "A"))
    return sorted(name for name, statement in wanted.items() if present.get(name) != statement)
