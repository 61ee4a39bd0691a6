"""The tables without personal data, each with the reason. See `kutego.models.personal_tables`."""

from kutego.models.personal import TAXES

HOUSE = "gehört dem Haus und sagt nichts über einen Kunden"

APART: dict[str, str] = {
    **dict.fromkeys(
        (
            "appointment_category", "appointment_template", "appointment_template_lecturer",
            "base_rate", "chain_head", "closing_time", "company",
            "course_category", "course_date", "course_day", "course_time", "custom_field",
            "customer_group", "discarded_file", "duplicate_search", "dunning_run",
            "dunning_stage", "enclosure", "event", "lecturer_hours", "legal_text", "location",
            "mail_text",
            "mailbox", "mailing_occasion", "mailing_rule", "membership_template",
            "message_template", "number_range",
            "opening_hours", "package", "package_category", "product", "recipient_group", "room",
            "school_holiday",
            "term_template", "ticket_category", "voucher_template",
        ),
        HOUSE,
    ),
    "chain_seal": "nur Prüfsummen der Ketten",
    "customer_import": "die Datei vieler Kunden; sie wird nach 30 Tagen gelöscht",
    "job_run": "nennt Belege und Kunden in Fehlermeldungen; nach 90 Tagen gelöscht",
    "list_preference": "wie ein Mitarbeiter seine Listen sieht; geht mit dem Zugang",
    "mailing": "ein Text an viele; die Empfänger stehen in mailing_recipient",
    "mass_run": "was ein Mitarbeiter gestartet hat; die Namen stehen in mass_run_item",
    "saved_view": "Filter eines Mitarbeiters; geht mit dem Zugang",
    "submission_key": "nach 30 Tagen gelöscht",
    "transfer_file": "Überweisungsdatei an die Bank; " + TAXES,
}  # fmt: skip
