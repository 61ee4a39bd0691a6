"""One decision for every table: what it holds of a customer and what becomes of it.

`HOLDINGS` are the tables with personal data, parents before what hangs below them; those without
are in `kutego.models.impersonal_tables`. See `kutego.models.personal` for the words.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from kutego.models.personal import TAXES, Deletion, Erasure, Holding, Merging, rows_of
from kutego.models.personal_conditions import (
    inner_entries,
    inner_fields,
    inner_history,
    inner_versions,
    is_one_of,
    login_tries,
    of_drafts,
    table_of,
)

LETTERS = "§ 147 AO, § 257 HGB: Handelsbriefe werden sechs Jahre aufbewahrt"
CHAIN = ("chain", "seq", "hash")
GONE = "Anonymisiert"


def _run_items(ids: Sequence[int]) -> ColumnElement[bool]:
    """The lines of mass runs bear the names of the records they are about."""
    item, run = table_of("mass_run_item"), table_of("mass_run")
    parts = [
        item.c.record_id.in_(select(known.rows.c.id).where(rows_of(known, ids)))
        & item.c.run_id.in_(select(run.c.id).where(run.c.subject_type == known.table))
        for known in HOLDINGS
        if known.where is None and "id" in known.rows.c
    ]
    return or_(*parts)


_GO: dict[str, Any] = {"erasure": Erasure.DELETE, "deletion": Deletion.GO}
_MOVES: dict[str, Any] = {**_GO, "merging": Merging.MOVE}
_FOLLOWS: dict[str, Any] = {**_GO, "merging": Merging.FOLLOW}
_JOINS: dict[str, Any] = {**_GO, "merging": Merging.JOIN}
_BOOKED: dict[str, Any] = {
    "erasure": Erasure.KEEP, "deletion": Deletion.BLOCK, "merging": Merging.MOVE, "reason": TAXES,
}  # fmt: skip
_CHAINED: dict[str, Any] = {**_BOOKED, "merging": Merging.STAY, "hidden": CHAIN}
_CLEARED: dict[str, Any] = {"erasure": Erasure.CLEAR, "deletion": Deletion.GO}

HOLDINGS: tuple[Holding, ...] = (
    # the person
    Holding(table="customer", title="Stammdaten", ways=("id",), merging=Merging.STAY, **_CLEARED,
            keeps=("revision", "number", "is_company", "country", "language",
                   "payment_method", "origin", "credit", "open_amount", "created_at",
                   "created_by", "main_account_id"),
            replaces={"state": "erased", "salutation": "none",
                      "permanent_discount": 0, "newsletter": False, "email_bounces": 0,
                      "sort_name": "anonymisiert", "search": ""},
            hidden=("sort_name", "search", "revision"), inner_columns=("remark", "lock_reason")),
    Holding(table="participant", title="Teilnehmer", merging=Merging.MOVE, **_CLEARED,
            keeps=("customer_id", "created_at"), hidden=("revision",), inner_columns=("remark",),
            replaces={"state": "archived", "revision": 1, "first_name": GONE,
                      "gender": "unknown"}),
    Holding(table="customer_group_member", title="Kundengruppen", **_JOINS),
    Holding(table="recipient_group_member", title="Empfängergruppen", **_JOINS),
    Holding(table="custom_value", title="Eigene Felder", ways=("customer_id",
            "participant_id.customer_id"), file="sha256", inner=inner_fields, **_JOINS),
    Holding(table="participant_note", title="Notizen zu Teilnehmern", inner=True,
            ways=("participant_id.customer_id",), **_FOLLOWS),
    Holding(table="mandate", title="SEPA-Mandate", merging=Merging.MOVE, erasure=Erasure.CLEAR,
            deletion=Deletion.GO, empties=("account_holder",),
            replaces={"iban": "", "state": "revoked"},
            reason="Dass es ein Mandat gab, belegt die Lastschriften; das Konto steht nicht mehr "
                   "darin."),
    # who works here
    Holding(table="employee", title="Zugang als Mitarbeiter", erasure=Erasure.KEEP,
            deletion=Deletion.BLOCK, merging=Merging.MOVE,
            reason="Mitarbeiter werden nicht anonymisiert, solange sie einen Zugang haben.",
            hidden=("password_hash", "session_stamp", "revision")),
    Holding(table="absence", title="Abwesenheiten", ways=("employee_id.customer_id",), **_FOLLOWS),
    Holding(table="calendar_feed", title="Kalender-Abos", ways=("employee_id.customer_id",),
            hidden=("token",), **_FOLLOWS),
    Holding(table="login_attempt", title="Anmeldeversuche", where=login_tries, **_GO,
            merging=Merging.DROP),
    # money: issued once, kept for as long as the law says
    Holding(table="contract", title="Verträge", **_BOOKED),
    Holding(table="contract_period", part_of="contract", title="Abgerechnete Zeiträume",
            ways=("contract_id.customer_id",), **{**_BOOKED, "merging": Merging.FOLLOW}),
    Holding(table="contract_pause", part_of="contract", title="Pausen von Verträgen",
            ways=("contract_id.customer_id",), **{**_BOOKED, "merging": Merging.FOLLOW}),
    Holding(table="contract_price", part_of="contract", title="Preisänderungen von Verträgen",
            ways=("contract_id.customer_id",), **{**_BOOKED, "merging": Merging.FOLLOW}),
    Holding(table="instalment_line", part_of="contract", title="Positionen in Raten",
            ways=("contract_id.customer_id",), **{**_BOOKED, "merging": Merging.FOLLOW}),
    Holding(table="enrolment", title="Kursplätze", **_BOOKED | {
            "reason": "Wie viele im Kurs waren; der Teilnehmer hat keinen Namen mehr."}),
    Holding(table="make_up_claim", title="Nachholtage", **_MOVES),
    Holding(table="attendance", title="Anwesenheit", ways=("participant_id.customer_id",),
            **_FOLLOWS),
    Holding(table="offer", title="Angebote", merging=Merging.MOVE, erasure=Erasure.CLEAR,
            deletion=Deletion.BLOCK, blocks=lambda: ~is_one_of("offer", "state", "draft"),
            drops=lambda: is_one_of("offer", "state", "draft"), empties=("email", "text", "token"),
            hidden=("token", "revision"), reason=LETTERS),
    Holding(table="offer_position", part_of="offer",
            title="Angebotspositionen", ways=("offer_id.customer_id",),
            erasure=Erasure.KEEP, deletion=Deletion.GO, merging=Merging.FOLLOW, reason=LETTERS,
            drops=lambda: of_drafts("offer_position", "offer_id", "offer")),
    Holding(table="offer_version", part_of="offer", title="Fassungen der Angebote", **_CHAINED | {
            "reason": LETTERS}),
    Holding(table="offer_decision", part_of="offer", title="Antworten auf Angebote", **_CHAINED | {
            "reason": "Beweis, wer wann wozu ja gesagt hat"}),
    Holding(table="waitlist_entry", title="Wartelisten", hidden=("token",),
            inner_columns=("remark", "held_back"), **_MOVES),
    Holding(table="invoice", title="Rechnungen", merging=Merging.MOVE, erasure=Erasure.CLEAR,
            deletion=Deletion.BLOCK, drops=lambda: is_one_of("invoice", "state", "draft"),
            empties=("email", "intro", "closing"), hidden=("revision",), reason=TAXES),
    Holding(table="draft_position", part_of="invoice",
            title="Positionen von Entwürfen", merging=Merging.FOLLOW,
            ways=("invoice_id.customer_id",), erasure=Erasure.DELETE, deletion=Deletion.BLOCK),
    Holding(table="invoice_version", part_of="invoice",
            title="Fassungen der Rechnungen", **_CHAINED),
    Holding(table="invoice_position", part_of="invoice", title="Rechnungspositionen", **_CHAINED),
    Holding(table="cancellation", part_of="invoice", title="Stornorechnungen", **_CHAINED),
    Holding(table="cancellation_position", part_of="invoice", title="Stornopositionen", **_CHAINED),
    Holding(table="appointment", title="Einzeltermine", merging=Merging.MOVE, **_CLEARED,
            empties=("address", "remark"), inner_columns=("remark",),
            reason="Wann die Lehrkraft besetzt war, ohne Ort"),
    Holding(table="room_rental", title="Raumvermietungen", merging=Merging.MOVE, **_CLEARED,
            empties=("remark",), inner_columns=("remark",), reason="Wann der Raum besetzt war"),
    Holding(table="ticket_sheet", part_of="ticket", title="Ticketbögen", **_BOOKED),
    Holding(table="ticket", title="Tickets", **_BOOKED),
    Holding(table="booking", title="Buchungen", **_BOOKED | {
            "erasure": Erasure.CLEAR, "empties": ("email",)}),
    Holding(table="day_compensation", title="Ausgleich für abgesagte Kurstage", **_BOOKED | {
            "erasure": Erasure.CLEAR, "empties": ("note",)}),
    Holding(table="booking_confirmation", part_of="booking",
            title="Buchungsbestätigungen", **_CHAINED),
    Holding(table="booking_position", part_of="booking", title="Buchungspositionen", **_CHAINED),
    Holding(table="unit_quota", title="Pakete", **_BOOKED),
    Holding(table="unit_use", part_of="unit_quota", title="Verwendete Einheiten",
            ways=("quota_id.customer_id",), **{**_BOOKED, "merging": Merging.FOLLOW}),
    Holding(table="stock_movement", part_of="invoice", title="Verkaufte Produkte",
            ways=("invoice_id.customer_id", "booking_id.customer_id"), inner_columns=("reason",),
            **{**_BOOKED, "merging": Merging.FOLLOW, "erasure": Erasure.CLEAR,
               "empties": ("reason",)}),
    Holding(table="voucher", title="Gutscheine", merging=Merging.MOVE, erasure=Erasure.CLEAR,
            deletion=Deletion.BLOCK, empties=("remark",), hidden=("limits", "to_mail"),
            inner_columns=("remark",), reason=TAXES),
    Holding(table="voucher_sheet", part_of="voucher", title="Gedruckte Gutscheine",
            ways=("voucher_id.customer_id",), **{**_BOOKED, "merging": Merging.FOLLOW}),
    Holding(table="voucher_redemption", part_of="voucher",
            title="Eingelöste Gutscheine", **_CHAINED),
    Holding(table="payment", part_of="invoice", title="Zahlungen", **_CHAINED),
    Holding(table="receipt", part_of="credit_entry", title="Quittungen", **_CHAINED),
    Holding(table="credit_entry", title="Guthabenbuchungen", **_CHAINED),
    Holding(table="dunning_case", part_of="invoice", title="Mahnstand", **_BOOKED | {
            "erasure": Erasure.CLEAR, "empties": ("stop_reason",)}),
    Holding(table="dunning_notice", part_of="invoice", title="Mahnungen", **_CHAINED),
    Holding(table="dunning_entry", part_of="invoice", title="Gemahnte Rechnungen", **_CHAINED),
    Holding(table="collection_case", part_of="invoice", title="Inkasso", **_BOOKED | {
            "erasure": Erasure.CLEAR, "empties": ("close_reason",)}),
    Holding(table="refund", part_of="credit_entry", title="Erstattungen", **_BOOKED),
    Holding(table="rendition", part_of="invoice", title="Belege", file="sha256", hidden=("error",),
            **_BOOKED | {"merging": Merging.STAY}),
    # what was said
    Holding(table="message_file", part_of="message",
            title="Anhänge von Nachrichten", file="sha256", **_MOVES),
    Holding(table="invitation", part_of="message", title="Kalendereinträge", **_MOVES),
    Holding(table="thread", title="Anfragen und Rückrufe", hidden=("token",),
            inner_columns=("note",), **_MOVES | {"deletion": Deletion.ASK}),
    Holding(table="message", title="Nachrichten", merging=Merging.MOVE, erasure=Erasure.CLEAR,
            deletion=Deletion.ASK, blocks=lambda: is_one_of("message", "channel", "sms", "letter"),
            empties=("recipient", "recipient_name", "error", "thread_id", "answers", "open_token",
                     "sender", "sheet", "sha256", "reference", "provider_state", "poll_at",
                     "next_attempt_at", "claimed_until"),
            replaces={"subject": GONE, "body": "", "attachments": []}, file="sha256",
            hidden=("open_token", "claimed_until"), reason="Dass eine Nachricht hinausging, gehört "
            "zum Beleg; was darin stand und an wen, steht nicht mehr da."),
    Holding(table="thread_entry", part_of="thread",
            title="Einträge der Anfragen", inner=inner_entries,
            ways=("thread_id.customer_id", "message_id.customer_id"), **_FOLLOWS),
    Holding(table="incoming_mail", part_of="thread",
            title="Eingegangene E-Mails", merging=Merging.FOLLOW,
            ways=("entry_id.thread_id.customer_id",), erasure=Erasure.CLEAR,
            deletion=Deletion.CLEAR, empties=("header_id", "entry_id"),
            reason="Der Fingerabdruck verhindert, dass die E-Mail noch einmal abgeholt wird.",
            hidden=("fingerprint", "uid", "uid_validity")),
    Holding(table="posted_version", part_of="message", title="Per Brief gesendete Fassungen",
            ways=("message_id.customer_id",), **{**_BOOKED, "merging": Merging.FOLLOW}),
    Holding(table="newsletter_consent", title="Einwilligungen", merging=Merging.MOVE,
            **_CLEARED, empties=("address", "ip", "note", "token"), hidden=("token",),
            reason="Beweis der Einwilligung (Art. 7 DSGVO), ohne Adresse"),
    Holding(table="mailing_recipient", title="Empfangene Mitteilungen", merging=Merging.JOIN,
            **_CLEARED, empties=("email", "token"), hidden=("token",),
            reason="Wie viele die Mitteilung bekamen"),
    Holding(table="info_agent", title="InfoAgents", hidden=("token",), **_MOVES),
    Holding(table="info_agent_hit", part_of="info_agent", title="Meldungen der InfoAgents",
            ways=("agent_id.customer_id", "message_id.customer_id"), **_FOLLOWS),
    # what the office keeps
    Holding(table="customer_file", title="Dokumente", hidden=("search", "revision"),
            inner=lambda: is_one_of("customer_file", "visibility", "internal"), **_MOVES),
    Holding(table="customer_file_version", part_of="customer_file",
            title="Fassungen der Dokumente", file="sha256",
            ways=("customer_file_id.customer_id",), inner=inner_versions, **_FOLLOWS),
    Holding(table="note", title="Notizen", inner=True, hidden=("search", "revision"), **_MOVES),
    Holding(table="task", title="Aufgaben", inner=True, ways=("customer_id", "note_id.customer_id"),
            hidden=("search", "revision"), **_MOVES),
    Holding(table="duplicate_pair", title="Mögliche Dubletten", inner=True,
            ways=("customer_id", "other_id"), **_GO, merging=Merging.DROP),
    Holding(table="customer_merge", title="Zusammenführungen", inner=True,
            ways=("customer_id", "source_id"), **_GO, merging=Merging.STAY),
    Holding(table="merged_row", part_of="customer_merge",
            title="Zusammengeführte Einträge", exported=False,
            ways=("merge_id.customer_id", "merge_id.source_id"), **_GO, merging=Merging.STAY),
    Holding(table="import_row", title="Zeilen von Importen", merging=Merging.STAY,
            erasure=Erasure.CLEAR, deletion=Deletion.CLEAR, empties=("customer_id", "message"),
            reason="Die Zeile zählt im Import mit; der Import weiß nicht mehr, wessen sie war."),
    Holding(table="gdpr_export", title="Datenauskünfte", exported=False, file="sha256",
            merging=Merging.STAY, **_GO),
    # the history
    Holding(table="activity", title="Verlauf", erasure=Erasure.KEEP, deletion=Deletion.KEEP,
            merging=Merging.STAY, hidden=(*CHAIN, "personal_digest"),
            reason="Wer wann was getan hat, ohne persönliche Angaben; eine Kette ohne Lücke"),
    Holding(table="activity_detail", part_of="activity",
            title="Angaben zum Verlauf", ways=("activity_id.customer_id",),
            hidden=("salt",), inner=inner_history, inner_facts=("facts",), **_FOLLOWS),
    Holding(table="mass_run_item", title="Zeilen von Sammelaktionen", where=_run_items,
            exported=False, erasure=Erasure.CLEAR, deletion=Deletion.CLEAR, merging=Merging.STAY,
            empties=("message",), replaces={"label": GONE},
            reason="Die Zeile zählt in der Sammelaktion mit, ohne Namen."),
)  # fmt: skip
