"""What the columns of personal tables are called when a customer reads them."""

from kutego.texts import gettext as _
from kutego.texts import marked as m

HEADINGS = {
    "account_holder": m("Kontoinhaber"), "action": m("Vorgang"), "actor": m("Von"),
    "address": m("Adresse"), "address_extra": m("Adresszusatz"),
    "agreed_price": m("Vereinbarter Preis"), "amount": m("Betrag"),
    "assignee_id": m("Zuständig (Nr.)"), "at": m("Zeitpunkt"), "attempts": m("Versuche"),
    "attachments": m("Anhänge"), "author": m("Von"), "balance": m("Stand danach"),
    "bic": m("BIC"), "birthday": m("Geburtstag"), "body": m("Text"), "booked_on": m("Gebucht am"),
    "bounced_at": m("Zurückgekommen am"), "breed": m("Rasse"), "cancelled": m("Storniert"),
    "channel": m("Weg"), "city": m("Ort"), "company_name": m("Firma"), "cost": m("Kosten"),
    "country": m("Land"), "created_at": m("Angelegt am"), "created_by": m("Angelegt von"),
    "created_on": m("Angelegt am"), "credit": m("Guthaben"), "customer_id": m("Kunde (Nr. intern)"),
    "decision": m("Antwort"), "discount_percent": m("Rabatt in Prozent"), "due_on": m("Fällig am"),
    "edited_at": m("Geändert am"), "edited_by": m("Geändert von"), "email": m("E-Mail"),
    "email_problem": m("Problem mit der E-Mail"), "ends_on": m("Ende"), "error": m("Fehler"),
    "facts": m("Angaben"), "fee": m("Gebühr"), "first_name": m("Vorname"),
    "flag": m("Ja oder nein"), "follow_up_on": m("Wiedervorlage am"),
    "former_number": m("Frühere Nummer"), "further_phone": m("Weiteres Telefon"),
    "gender": m("Geschlecht"), "given_on": m("Erklärt am"), "iban": m("IBAN"),
    "id": m("Nr. intern"),
    "ip": m("IP-Adresse"), "is_company": m("Firmenkunde"),
    "is_insured": m("Rücktrittsversicherung"), "issued_on": m("Ausgestellt am"),
    "key": m("Kennung"), "kind": m("Art"), "language": m("Sprache"), "last_name": m("Nachname"),
    "lock_reason": m("Grund der Sperre"), "media_type": m("Dateityp"), "mobile": m("Mobil"),
    "name": m("Name"), "newsletter": m("Newsletter"), "next_invoice_on": m("Nächste Rechnung am"),
    "note": m("Notiz"), "number": m("Nummer"), "open_amount": m("Offen"),
    "opened_at": m("Geöffnet"),
    "origin": m("Herkunft"), "paid": m("Bezahlt"), "paid_on": m("Bezahlt am"),
    "payment_kind": m("Einzahlart"), "payment_method": m("Zahlungsmethode"),
    "permanent_discount": m("Dauerhafter Rabatt in Prozent"), "phone": m("Telefon"),
    "postcode": m("PLZ"), "price": m("Preis"), "quantity": m("Menge"), "reason": m("Grund"),
    "recipient": m("Empfänger"), "recipient_name": m("Name des Empfängers"),
    "reference": m("Kennzeichen"), "relation": m("Beziehung"), "remark": m("Bemerkung"),
    "role": m("Rolle"), "salutation": m("Anrede"), "sent_at": m("Gesendet am"),
    "sha256": m("Prüfsumme der Datei"), "signed_on": m("Unterschrieben am"), "size": m("Bytes"),
    "snapshot": m("Inhalt wie ausgestellt"), "source": m("Quelle"), "starts_on": m("Beginn"),
    "state": m("Status"), "street": m("Straße"), "subject": m("Betreff"),
    "subject_id": m("Zu (Nr. intern)"), "subject_type": m("Zu (Art)"), "template": m("Vorlage"),
    "text": m("Text"), "title": m("Titel"), "total": m("Summe"), "unit_price": m("Einzelpreis"),
    "uploaded_at": m("Hochgeladen am"), "uploaded_by": m("Hochgeladen von"),
    "valid_until": m("Gültig bis"), "vat_id": m("USt-IdNr."), "vat_rate": m("Steuersatz"),
    "version": m("Fassung"), "visibility": m("Sichtbarkeit"),
}  # fmt: skip


def heading(column: str) -> str:
    """The German name of a column, or its own where it says enough."""
    return _(HEADINGS[column]) if column in HEADINGS else column
