"""Everything that speaks HTTP: the site map on one page.

The office lives under /buero/ and needs a login; customers' pages, the login itself and files lie
beside it. A view of the office is added in the group of the menu it belongs to; its line in the
menu itself stands in `kutego.views.menu`.
"""

from flask import Flask, redirect, url_for
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_babel import Babel
from werkzeug.wrappers import Response

from kutego.views import error_pages, frame, gate, security
from kutego.views.appearance import appearance
from kutego.views.auth import auth
from kutego.views.office.absences import AbsenceView
from kutego.views.office.appointment_templates import (
    AppointmentCategoryView,
    AppointmentTemplateView,
)
from kutego.views.office.appointments import AppointmentView
from kutego.views.office.base_rates import BaseRateView
from kutego.views.office.bookings import BookingView
from kutego.views.office.calendar import Calendar
from kutego.views.office.calendar_feeds import CalendarFeedView
from kutego.views.office.cancellations import CancellationView
from kutego.views.office.catalogue import (
    CourseCategoryView,
    LocationView,
)
from kutego.views.office.closing_times import ClosingTimeView
from kutego.views.office.collection import CollectionView
from kutego.views.office.contracts import ContractView
from kutego.views.office.courses import CourseDateView
from kutego.views.office.credit_entries import CreditEntryView
from kutego.views.office.custom_fields import CustomFieldView
from kutego.views.office.customer_file_pages import record_files
from kutego.views.office.customer_files import CustomerFileView
from kutego.views.office.customer_groups import CustomerGroupView, RecipientGroupView
from kutego.views.office.customers import CustomerView
from kutego.views.office.dashboard import Dashboard
from kutego.views.office.documents import documents
from kutego.views.office.dunning_notices import NoticeView
from kutego.views.office.dunning_proposals import ProposalView
from kutego.views.office.dunning_runs import RunsView
from kutego.views.office.duplicates import DuplicateView
from kutego.views.office.employees import EmployeeView
from kutego.views.office.enclosures import EnclosureView
from kutego.views.office.events import EventView
from kutego.views.office.free_times import SchoolHolidayView
from kutego.views.office.gdpr_exports import GdprExportView
from kutego.views.office.imports import ImportView
from kutego.views.office.info_agents import InfoAgentView
from kutego.views.office.instalments import InstalmentView
from kutego.views.office.invoice_drafts import DraftView
from kutego.views.office.invoices import InvoiceView
from kutego.views.office.jobs import jobs
from kutego.views.office.lecturer_hours import LecturerHoursView
from kutego.views.office.legal_texts import LegalTextView
from kutego.views.office.letters import LetterView
from kutego.views.office.mail_texts import mail_texts
from kutego.views.office.mailings import MailingView
from kutego.views.office.make_ups import MakeUpView
from kutego.views.office.members import MembershipTemplateView, MemberView
from kutego.views.office.merges import MergeView
from kutego.views.office.message_templates import MessageTemplateView
from kutego.views.office.messages import MessageView
from kutego.views.office.newsletter import NewsletterView
from kutego.views.office.notes import NoteView
from kutego.views.office.offers import OfferView
from kutego.views.office.packages import PackageView
from kutego.views.office.paid_pages import paid
from kutego.views.office.participant_notes import ParticipantNoteView
from kutego.views.office.participants import ParticipantView
from kutego.views.office.products import ProductView
from kutego.views.office.protocol import ProtocolView
from kutego.views.office.receipts import ReceiptView
from kutego.views.office.refunds import RefundView
from kutego.views.office.room_rentals import RoomRentalView
from kutego.views.office.rooms import RoomView
from kutego.views.office.search import Search
from kutego.views.office.settings import settings
from kutego.views.office.settings_mail import inbox_check
from kutego.views.office.sms import SmsView
from kutego.views.office.tasks import MyTaskView, TaskView
from kutego.views.office.term_templates import TermTemplateView
from kutego.views.office.threads import CallbackView, ThreadView
from kutego.views.office.tickets import TicketView
from kutego.views.office.transfer_files import TransferFileView, transfer_downloads
from kutego.views.office.voucher_templates import VoucherTemplateView
from kutego.views.office.vouchers import VoucherView
from kutego.views.office.waitlist import WaitlistView
from kutego.views.panel import register
from kutego.views.panel.runs import RunView
from kutego.views.public import public
from kutego.views.routes import Route
from kutego.views.setup import setup

BESIDE = (
    appearance,
    auth,
    documents,
    inbox_check,
    jobs,
    mail_texts,
    paid,
    public,
    record_files,
    settings,
    setup,
    transfer_downloads,
)

OFFICE = (
    # Kunden
    CustomerView, ParticipantView, ParticipantNoteView,
    CustomerGroupView, RecipientGroupView, GdprExportView,
    DuplicateView, ImportView, MergeView,
    CustomerFileView, NoteView, TaskView, MyTaskView,
    # Kurse
    AbsenceView, CalendarFeedView, ContractView, CourseCategoryView, CourseDateView,
    MakeUpView, WaitlistView,
    ProductView, PackageView, TermTemplateView,
    MemberView, MembershipTemplateView, InstalmentView,  # after the contracts they are some of
    # Einzeltermine, Veranstaltungen
    AppointmentView, AppointmentTemplateView, AppointmentCategoryView, LecturerHoursView,
    EventView, TicketView, RoomRentalView, RoomView,
    # Finanzen
    InvoiceView, DraftView,  # in this order: an invoice's home is the first view of its model
    BookingView,
    ProposalView, NoticeView, CollectionView, RunsView, BaseRateView,
    CancellationView, CreditEntryView, OfferView, ReceiptView, RefundView, TransferFileView,
    VoucherView, VoucherTemplateView,
    # Kommunikation
    MailingView, NewsletterView, InfoAgentView,
    ThreadView, CallbackView,  # in this order, as above
    MessageView, LetterView, SmsView, MessageTemplateView,
    # Unternehmen
    ProtocolView, ClosingTimeView,
    CustomFieldView, EmployeeView, EnclosureView, LegalTextView, LocationView, RunView,
    SchoolHolidayView,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Put every screen into the application."""
    app.url_rule_class = Route
    Babel(app, default_locale="de", default_timezone="Europe/Berlin")
    security.init_app(app)
    error_pages.init_app(app)
    gate.init_app(app)
    frame.init_app(app)
    for pages in BESIDE:
        app.register_blueprint(pages)
    app.add_url_rule("/", "home", home)
    add_office(app)


def home() -> Response:
    """Whoever opens the bare address wants the office."""
    return redirect(url_for("office.index"))


def add_office(app: Flask) -> None:
    """The staff panel: Flask-Admin, dressed in our frame."""
    office = Admin(
        app,
        name="Kutego",
        index_view=Dashboard(),
        theme=Bootstrap4Theme(base_template="office/base.html"),
        csp_nonce_generator=security.csp_nonce,
    )
    office.add_view(Search())
    office.add_view(Calendar())
    register(office, *OFFICE)
