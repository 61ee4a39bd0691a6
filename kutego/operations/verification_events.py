"""Tickets against their quota and their positions, appointments and rentals against each other."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from kutego.operations.verification_problem import Problem
from kutego.texts import gettext as _
from kutego.texts import marked

CANCELLED = """EXISTS (SELECT 1 FROM cancellation_position c
    WHERE c.invoice_id = t.invoice_id AND c.position_key = t.position_key)"""
# Whoever begins before everything earlier of the same lecturer or room has ended. What is sorted
# by its begin overlaps something earlier only where it overlaps the one that ends last.
OVERLAP = """SELECT id FROM (SELECT id, begins_at, MAX({ends}) OVER (
        PARTITION BY {whose} ORDER BY begins_at, id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM {table} WHERE state <> 'cancelled') s WHERE begins_at < busy_until"""

# For each rule: the table, a sentence, and the ids of the rows that break it.
RULES = (
    (
        "ticket_category",
        marked("Es sind mehr Tickets verkauft, als das Kontingent hergibt."),
        """SELECT k.id FROM ticket_category k WHERE k.quota <
            (SELECT COUNT(*) FROM ticket t WHERE t.category_id = k.id AND t.state <> 'void')""",
    ),
    (
        "ticket",
        marked("Das Ticket gilt, obwohl seine Position storniert ist."),
        f"SELECT t.id FROM ticket t WHERE t.state <> 'void' AND {CANCELLED}",
    ),
    (
        "ticket",
        marked("Ob das Ticket eingelassen ist, passt nicht zur vermerkten Zeit."),
        "SELECT id FROM ticket WHERE state = 'admitted' AND admitted_at IS NULL"
        " OR state = 'valid' AND admitted_at IS NOT NULL",
    ),
    (
        "appointment",
        marked("Der Termin steht, obwohl seine Position storniert ist."),
        f"SELECT t.id FROM appointment t WHERE t.state = 'planned' AND {CANCELLED}",
    ),
    (
        "room_rental",
        marked("Die Vermietung steht, obwohl ihre Position storniert ist."),
        f"SELECT t.id FROM room_rental t WHERE t.state = 'planned' AND {CANCELLED}",
    ),
    (
        "appointment",
        marked("Der Termin überschneidet sich mit einem anderen derselben Lehrkraft."),
        OVERLAP.format(table="appointment", whose="lecturer_id", ends="blocked_until"),
    ),
    (
        "room_rental",
        marked("Die Vermietung überschneidet sich mit einer anderen desselben Raums."),
        OVERLAP.format(table="room_rental", whose="room_id", ends="ends_at"),
    ),
)


def check_events(connection: Connection) -> Iterator[Problem]:
    """Every ticket, appointment and rental."""
    for table, sentence, query in RULES:
        rows = connection.execute(text(query), execution_options={"yield_per": 1000})
        for (id_,) in rows:
            yield Problem(f"{table} {id_}", _(sentence))
