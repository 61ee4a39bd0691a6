"""Kept sums against the rows they sum up, and references that lead nowhere."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import Connection, text

from kutego.money import euro
from kutego.operations.verification_bookings import BOOKING_SUMS
from kutego.operations.verification_problem import Problem
from kutego.texts import gettext as _
from kutego.texts import marked

# Counters, as above: the table, a sentence, and the rows (id, kept, computed).
COUNTS = (
    (
        "voucher",
        marked("Als %(kept)s-mal eingelöst vermerkt, die Einlösungen ergeben %(computed)s."),
        """SELECT v.id, v.uses, COALESCE(s.total, 0) FROM voucher v
        LEFT JOIN (SELECT voucher_id, SUM(uses) AS total FROM voucher_redemption
            GROUP BY voucher_id) s ON s.voucher_id = v.id
        WHERE v.uses <> COALESCE(s.total, 0)""",
    ),
)
# For each kept amount: the table it stands in, a sentence, and the rows (id, kept, computed in
# cents) where the two differ.
SUMS = (
    (
        "customer",
        marked("Das Guthaben ist mit %(kept)s vermerkt, die Buchungen ergeben %(computed)s."),
        """SELECT c.id, c.credit, COALESCE(s.total, 0) FROM customer c
        LEFT JOIN (SELECT customer_id, SUM(amount) AS total FROM credit_entry GROUP BY customer_id)
            s ON s.customer_id = c.id
        WHERE c.credit <> COALESCE(s.total, 0)""",
    ),
    (
        "credit_entry",
        marked("Der Stand ist mit %(kept)s vermerkt, die Buchungen ergeben %(computed)s."),
        """SELECT id, balance, running FROM (SELECT id, balance,
            SUM(amount) OVER (PARTITION BY customer_id ORDER BY seq) AS running FROM credit_entry) e
        WHERE balance <> running OR balance < 0""",
    ),
    (
        "credit_entry",
        marked("Verrechnet sind %(kept)s, die Zahlungen dazu ergeben %(computed)s."),
        """SELECT e.id, e.amount, -COALESCE(s.total, 0) FROM credit_entry e
        LEFT JOIN (SELECT credit_entry_id, SUM(amount) AS total FROM payment
            WHERE credit_entry_id IS NOT NULL GROUP BY credit_entry_id)
            s ON s.credit_entry_id = e.id
        WHERE e.invoice_id IS NOT NULL AND e.amount <> -COALESCE(s.total, 0)""",
    ),
    (
        "customer",
        marked("Offen sind mit %(kept)s vermerkt, die Rechnungen ergeben %(computed)s."),
        """SELECT c.id, c.open_amount, COALESCE(s.total, 0) FROM customer c
        LEFT JOIN (SELECT customer_id, SUM(open_amount) AS total FROM invoice GROUP BY customer_id)
            s ON s.customer_id = c.id
        WHERE c.open_amount <> COALESCE(s.total, 0)""",
    ),
    (
        "invoice",
        marked("Der Betrag ist mit %(kept)s vermerkt, die neueste Fassung hat %(computed)s."),
        """SELECT i.id, i.total, COALESCE(v.total, 0) FROM invoice i
        LEFT JOIN invoice_version v ON v.invoice_id = i.id AND v.version = i.version
        WHERE i.state = 'issued' AND (v.id IS NULL OR i.total <> v.total)""",
    ),
    (
        "invoice",
        marked("Storniert sind mit %(kept)s vermerkt, die Stornorechnungen ergeben %(computed)s."),
        """SELECT i.id, i.cancelled, COALESCE(s.total, 0) FROM invoice i
        LEFT JOIN (SELECT invoice_id, SUM(gross) AS total FROM cancellation_position
            GROUP BY invoice_id) s ON s.invoice_id = i.id
        WHERE i.cancelled <> COALESCE(s.total, 0)""",
    ),
    (
        "invoice",
        marked("Die Gebühr ist mit %(kept)s vermerkt, die Stornorechnungen ergeben %(computed)s."),
        """SELECT i.id, i.fee, COALESCE(s.total, 0) FROM invoice i
        LEFT JOIN (SELECT invoice_id, SUM(fee) AS total FROM cancellation GROUP BY invoice_id)
            s ON s.invoice_id = i.id
        WHERE i.fee <> COALESCE(s.total, 0)""",
    ),
    (
        "invoice",
        marked("Bezahlt sind mit %(kept)s vermerkt, die Zahlungen ergeben %(computed)s."),
        """SELECT i.id, i.paid, COALESCE(s.total, 0) FROM invoice i
        LEFT JOIN (SELECT invoice_id, SUM(amount) AS total FROM payment GROUP BY invoice_id)
            s ON s.invoice_id = i.id
        WHERE i.paid <> COALESCE(s.total, 0)""",
    ),
    (
        "invoice",
        marked("Offen sind mit %(kept)s vermerkt, die Beträge daneben ergeben %(computed)s."),
        """SELECT id, open_amount, claim FROM (SELECT id, open_amount,
            CASE state WHEN 'issued' THEN total - cancelled + fee - paid ELSE 0 END AS claim
            FROM invoice) i
        WHERE open_amount <> claim OR open_amount < 0""",
    ),
    (
        "invoice_version",
        marked("Der Betrag ist mit %(kept)s vermerkt, die Positionen ergeben %(computed)s."),
        """SELECT v.id, v.total, COALESCE(s.total, 0) FROM invoice_version v
        LEFT JOIN (SELECT version_id, SUM(gross) AS total FROM invoice_position GROUP BY version_id)
            s ON s.version_id = v.id
        WHERE v.total <> COALESCE(s.total, 0)""",
    ),
    (
        "cancellation",
        marked("Der Betrag ist mit %(kept)s vermerkt, die Positionen ergeben %(computed)s."),
        """SELECT c.id, c.total, COALESCE(s.total, 0) - c.fee FROM cancellation c
        LEFT JOIN (SELECT cancellation_id, SUM(gross) AS total FROM cancellation_position
            GROUP BY cancellation_id) s ON s.cancellation_id = c.id
        WHERE c.total <> COALESCE(s.total, 0) - c.fee""",
    ),
    (
        "cancellation",
        marked("Zurück gingen mit %(kept)s vermerkt, die Zahlungen ergeben %(computed)s."),
        """SELECT c.id, c.settled, -COALESCE(s.total, 0) FROM cancellation c
        LEFT JOIN (SELECT cancellation_id, SUM(amount) AS total FROM payment
            WHERE cancellation_id IS NOT NULL GROUP BY cancellation_id)
            s ON s.cancellation_id = c.id
        WHERE c.settled <> -COALESCE(s.total, 0)""",
    ),
    (
        "voucher",
        marked("Der Rest ist mit %(kept)s vermerkt, Wert und Einlösungen ergeben %(computed)s."),
        """SELECT v.id, v.rest, v.value - COALESCE(s.total, 0) FROM voucher v
        LEFT JOIN (SELECT voucher_id, SUM(amount) AS total FROM voucher_redemption
            GROUP BY voucher_id) s ON s.voucher_id = v.id
        WHERE v.kind <> 'discount' AND v.rest <> v.value - COALESCE(s.total, 0)""",
    ),
    (
        "voucher_redemption",
        marked("Eingelöst sind %(kept)s, die Zahlung oder Guthabenbuchung dazu hat %(computed)s."),
        """SELECT r.id, r.amount, COALESCE(p.amount, e.amount, 0) FROM voucher_redemption r
        LEFT JOIN payment p ON p.id = r.payment_id
        LEFT JOIN credit_entry e ON e.id = r.credit_entry_id
        WHERE r.shares IS NULL AND r.booking_id IS NULL
            AND r.amount <> COALESCE(p.amount, e.amount, 0)""",
    ),
    (
        "payment",
        marked("Bezahlt sind %(kept)s mit einem Gutschein, eingelöst sind %(computed)s."),
        """SELECT p.id, p.amount, COALESCE(r.amount, 0) FROM payment p
        LEFT JOIN voucher_redemption r ON r.payment_id = p.id AND r.voucher_id = p.voucher_id
        WHERE p.voucher_id IS NOT NULL AND p.amount <> COALESCE(r.amount, 0)""",
    ),
    (
        "refund",
        marked("Zu erstatten sind %(kept)s, die Belege ergeben %(computed)s."),
        """SELECT f.id, f.amount, COALESCE(-r.amount, -s.total, 0) FROM refund f
        LEFT JOIN receipt r ON r.id = f.receipt_id
        LEFT JOIN (SELECT cancellation_id, SUM(amount) AS total FROM payment
            WHERE kind = 'refunded' GROUP BY cancellation_id)
            s ON s.cancellation_id = f.cancellation_id
        WHERE f.amount <> COALESCE(-r.amount, -s.total, 0)""",
    ),
)


def check_sums(connection: Connection) -> Iterator[Problem]:
    """Every kept sum, to the cent."""
    for table, sentence, query in (*SUMS, *BOOKING_SUMS):
        rows = connection.execute(text(query), execution_options={"yield_per": 1000})
        for id_, kept, computed in rows:
            amounts = {"kept": _euro(kept), "computed": _euro(computed)}
            yield Problem(f"{table} {id_}", _(sentence, **amounts))


def check_counts(connection: Connection) -> Iterator[Problem]:
    """Every kept counter."""
    for table, sentence, query in COUNTS:
        rows = connection.execute(text(query), execution_options={"yield_per": 1000})
        for id_, kept, computed in rows:
            yield Problem(f"{table} {id_}", _(sentence, kept=kept, computed=int(computed)))


def check_references(connection: Connection) -> Iterator[Problem]:
    """Rows whose owner is gone. PostgreSQL never lets that happen, SQLite can be asked."""
    if connection.dialect.name != "sqlite":
        return
    for table, row, target, _key in connection.execute(text("PRAGMA foreign_key_check")):
        yield Problem(
            f"{table} {row}", _("Der zugehörige Eintrag in %(table)s fehlt.", table=target)
        )


def _euro(cents: int | Decimal) -> str:
    return euro(Decimal(int(cents)).scaleb(-2))
