"""Which rows of a table are meant, for the decisions in `kutego.models.personal_tables`."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, or_, select

from kutego.db import Base


def table_of(name: str) -> Table:
    """The table of this name."""
    return Base.metadata.tables[name]


def is_one_of(table: str, column: str, *values: str) -> ColumnElement[bool]:
    """The rows whose `column` is one of `values`."""
    return table_of(table).c[column].in_(values)


def of_drafts(table: str, column: str, parent: str) -> ColumnElement[bool]:
    """The rows that hang below a draft."""
    drafts = select(table_of(parent).c.id).where(is_one_of(parent, "state", "draft"))
    return table_of(table).c[column].in_(drafts)


def inner_fields() -> ColumnElement[bool]:
    """Values of fields that only the office sees."""
    inner = select(table_of("custom_field").c.id).where(table_of("custom_field").c.is_internal)
    return table_of("custom_value").c.field_id.in_(inner)


def inner_entries() -> ColumnElement[bool]:
    """Notes of the office in a thread."""
    return is_one_of("thread_entry", "direction", "note")


def inner_versions() -> ColumnElement[bool]:
    """Files that only the office sees."""
    inner = select(table_of("customer_file").c.id).where(
        is_one_of("customer_file", "visibility", "internal")
    )
    return table_of("customer_file_version").c.customer_file_id.in_(inner)


def inner_history() -> ColumnElement[bool]:
    """Facts about notes and tasks, and why somebody was locked."""
    told = table_of("activity")
    about = is_one_of("activity", "subject_type", "note", "task", "participant_note")
    locks = is_one_of("activity", "action", "customer.locked", "customer.unlocked")
    inner = select(told.c.id).where(or_(about, locks))
    return table_of("activity_detail").c.activity_id.in_(inner)


def login_tries(ids: Sequence[int]) -> ColumnElement[bool]:
    """Failed logins name the account by its address."""
    keys = [
        select("account:" + table.c.email).where(table.c[column].in_(ids))
        for table, column in ((table_of("customer"), "id"), (table_of("employee"), "customer_id"))
    ]
    return or_(*(table_of("login_attempt").c.key.in_(key) for key in keys))
