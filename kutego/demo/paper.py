"""Letters and SMS of the demo: written, noted as handed over; nothing ever leaves the house."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.channels.service import HandedOver, Progress
from kutego.channels.smtp import Fate
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Customer, CustomerState, Invoice, InvoiceState, Message, MessageState
from kutego.operations.invoice_letters import post_invoice
from kutego.operations.letters import write_letter
from kutego.operations.outbox import claim_due, note_handing_over
from kutego.operations.sms import mobile_number, send_sms
from kutego.operations.tracking import note_progress, note_taken

OFFICE = Actor("Petra Kuhn")
MOST = 40  # customers that are looked at
SMS = (
    "Hallo, die Welpenstunde heute um 17 Uhr fällt wegen Sturm leider aus. Ihr Team Pfotenglück",
    "Erinnerung: Morgen um 10 Uhr beginnt Ihr Kurs auf dem Platz am Anger. Bis dahin!",
    "Ein Platz im Junghundekurs ist frei geworden. Bitte rufen Sie uns bis morgen an.",
)
LETTER = (
    "Vielen Dank für Ihre Treue",
    "Guten Tag,\n\nseit einem Jahr kommen Sie mit Ihrem Hund zu uns. Dafür danken wir Ihnen "
    "herzlich.\n\nMit freundlichen Grüßen\nPetra Kuhn",
)


def add_paper(seed: int, on: date) -> None:
    """A few SMS, letters and posted invoices of the last months."""
    random = Random(seed)  # noqa: S311  # dice for a demo, not for secrets
    active = select(Customer).where(Customer.state == CustomerState.ACTIVE)
    customers = db.session.scalars(active.order_by(Customer.id.desc()).limit(MOST)).all()
    for n, customer in enumerate([c for c in customers if mobile_number(c)][:6]):
        with clock.at(clock.noon(on - timedelta(days=random.randrange(1, 100)))):
            message = send_sms(customer, text=SMS[n % len(SMS)], on=clock.today(), by=OFFICE)
            hand_over(message)
            note_progress(message, Progress(MessageState.DELIVERED, "DELIVERED"), by=SYSTEM)
    for customer in customers[6:9]:
        with clock.at(clock.noon(on - timedelta(days=random.randrange(1, 100)))):
            subject, text = LETTER
            today = clock.today()
            hand_over(write_letter(customer, subject=subject, text=text, on=today, by=OFFICE))
    issued = select(Invoice).where(Invoice.state == InvoiceState.ISSUED, Invoice.cancelled == 0)
    for invoice in db.session.scalars(issued.order_by(Invoice.id.desc()).limit(3)).all():
        with clock.at(clock.noon(on)):
            try:
                hand_over(post_invoice(invoice, on=on, by=OFFICE))
            except DomainError:  # posted by a dunning run already
                continue


def hand_over(message: Message) -> None:
    """Note a letter or SMS as taken."""
    for claim in claim_due(1, only=message.id, channel=message.channel):
        note_handing_over(claim)
    taken = HandedOver(Fate.SENT, reference=f"Demo-{message.id}")
    note_taken(message, taken, provider="folder", by=SYSTEM)
