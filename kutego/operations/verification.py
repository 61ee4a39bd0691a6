"""Proof that nothing was changed behind the program's back: chains, sums, numbers, files, triggers.

Everything is read in one transaction that sees one moment, a page at a time, so that memory stays
flat however large the office is and nobody has to stop working.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from kutego.db import db
from kutego.models import triggers
from kutego.operations.verification_chains import check_chains, check_details
from kutego.operations.verification_events import check_events
from kutego.operations.verification_files import check_files
from kutego.operations.verification_goods import check_goods
from kutego.operations.verification_numbers import check_numbers, check_periods
from kutego.operations.verification_problem import Problem
from kutego.operations.verification_sums import check_counts, check_references, check_sums
from kutego.texts import gettext as _

__all__ = ["Problem", "verify"]


def verify() -> Iterator[Problem]:
    """Every break there is, in a fixed order; nothing where all is well."""
    with _one_moment() as connection:
        yield from check_triggers(connection)
        for check in (
            check_chains,
            check_details,
            check_references,
            check_sums,
            check_counts,
            check_goods,
            check_events,
            check_numbers,
            check_periods,
            check_files,
        ):
            yield from check(connection)


def check_triggers(connection: Connection) -> Iterator[Problem]:
    """Every trigger that keeps frozen rows frozen must be there, enabled and unaltered."""
    for name in triggers.missing(connection):
        yield Problem(f"trigger {name}", _("Der Schutz fehlt, ist abgeschaltet oder verändert."))


@contextmanager
def _one_moment() -> Iterator[Connection]:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection
