"""How a customer pays."""

from kutego.labelled import Labelled


class PaymentMethod(Labelled):
    BANK_TRANSFER = "bank_transfer", "Überweisung"
    DIRECT_DEBIT = "direct_debit", "Lastschrift"
    PAYPAL = "paypal", "PayPal"
    ON_SITE = "on_site", "Zahlung vor Ort"
    ON_ACCOUNT = "on_account", "Zahlung auf Rechnung"
    EXTERNAL = "external", "Externe Bezahlung"
