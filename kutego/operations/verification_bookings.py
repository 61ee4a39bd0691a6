"""Bookings, positions cancelled by days, and called-off days: the sums that are kept of them."""

from kutego.texts import marked

# As in `verification_sums`: the table, a sentence, and the rows where kept and computed differ.
BOOKING_SUMS = (
    (
        "booking",
        marked("Aus Guthaben bezahlt sind %(kept)s, die Buchungen ergeben %(computed)s."),
        """SELECT b.id, b.credit_used, -COALESCE(s.total, 0) FROM booking b
        LEFT JOIN (SELECT booking_id, SUM(amount) AS total FROM credit_entry
            WHERE booking_id IS NOT NULL GROUP BY booking_id) s ON s.booking_id = b.id
        WHERE b.credit_used <> -COALESCE(s.total, 0)""",
    ),
    (
        "booking",
        marked("Mit Gutscheinen bezahlt sind %(kept)s, die Einlösungen ergeben %(computed)s."),
        """SELECT b.id, b.voucher_used, COALESCE(s.total, 0) FROM booking b
        LEFT JOIN (SELECT booking_id, SUM(amount) AS total FROM voucher_redemption
            WHERE booking_id IS NOT NULL AND shares IS NULL GROUP BY booking_id)
            s ON s.booking_id = b.id
        WHERE b.voucher_used <> COALESCE(s.total, 0)""",
    ),
    (
        "booking",
        marked("Der Betrag ist mit %(kept)s vermerkt, die Bestätigung hat %(computed)s."),
        """SELECT b.id, b.total, COALESCE(c.total, 0) FROM booking b
        LEFT JOIN booking_confirmation c ON c.booking_id = b.id
        WHERE c.id IS NULL OR b.total <> c.total""",
    ),
    (
        "invoice",
        marked("Von einer Position sind %(kept)s storniert, sie hat nur %(computed)s."),
        """SELECT i.id, s.total, p.gross FROM invoice i
        JOIN invoice_version v ON v.invoice_id = i.id AND v.version = i.version
        JOIN invoice_position p ON p.version_id = v.id
        JOIN (SELECT invoice_id, position_key, SUM(gross) AS total, SUM(days) AS days,
                MAX(of_days) AS of_days FROM cancellation_position
            GROUP BY invoice_id, position_key) s
            ON s.invoice_id = i.id AND s.position_key = p.key
        WHERE (p.gross >= 0 AND s.total > p.gross) OR s.days > s.of_days""",
    ),
    (
        "day_compensation",
        marked("Gutgeschrieben sind %(kept)s, die Guthabenbuchung hat %(computed)s."),
        """SELECT c.id, c.credited, COALESCE(e.amount, 0) FROM day_compensation c
        LEFT JOIN credit_entry e ON e.id = c.credit_entry_id
        WHERE c.cancellation_id IS NULL AND c.credited <> COALESCE(e.amount, 0)""",
    ),
)
