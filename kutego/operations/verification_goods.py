"""Pieces on stock and units of packages against the rows that they count."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from kutego.operations.verification_problem import Problem
from kutego.texts import gettext as _
from kutego.texts import marked

# For each kept number: the table it stands in, a sentence, and the rows (id, kept, computed)
# where the two differ.
COUNTS = (
    (
        "product",
        marked("Der Bestand ist mit %(kept)s Hundertsteln vermerkt, die Bewegungen ergeben "
               "%(computed)s."),
        """SELECT p.id, p.stock, COALESCE(s.total, 0) FROM product p
        LEFT JOIN (SELECT product_id, SUM(quantity) AS total FROM stock_movement
            GROUP BY product_id) s ON s.product_id = p.id
        WHERE p.stock IS NOT NULL AND p.stock <> COALESCE(s.total, 0)""",
    ),
    (
        "unit_quota",
        marked("Verwendet sind mit %(kept)s Einheiten vermerkt, ihre Tage ergeben %(computed)s."),
        """SELECT q.id, q.used, COALESCE(u.total, 0) FROM unit_quota q
        LEFT JOIN (SELECT quota_id, COUNT(*) AS total FROM unit_use
            WHERE returned_at IS NULL GROUP BY quota_id) u ON u.quota_id = q.id
        WHERE q.used <> COALESCE(u.total, 0)""",
    ),
)  # fmt: skip


def check_goods(connection: Connection) -> Iterator[Problem]:
    """Every stock and every quota."""
    for table, sentence, query in COUNTS:
        rows = connection.execute(text(query), execution_options={"yield_per": 1000})
        for id_, kept, computed in rows:
            yield Problem(f"{table} {id_}", _(sentence, kept=int(kept), computed=int(computed)))
