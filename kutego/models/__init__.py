"""All tables. Import models from here: `from kutego.models import Offer`."""

from kutego.models.absence import Absence
from kutego.models.activity import (
    Activity,
    ActivityDetail,
)
from kutego.models.appointment import (
    TEMPLATE_LECTURERS,
    Appointment,
    AppointmentCategory,
    AppointmentPlace,
    AppointmentState,
    AppointmentTemplate,
    LecturerHours,
    Rhythm,
    next_appointment_of,
)
from kutego.models.attendance import Attendance, AttendanceValue
from kutego.models.booking import (
    Booking,
    BookingConfirmation,
    BookingPosition,
    BookingReason,
    BookingState,
)
from kutego.models.calendar_feed import CalendarFeed
from kutego.models.cancellation import (
    Cancellation,
    CancellationPosition,
    Settlement,
    is_whole,
)
from kutego.models.chain import (
    Chained,
    ChainHead,
    ChainSeal,
    chained_models,
)
from kutego.models.company import (
    Company,
    CoveredRule,
    LegalKind,
    LegalText,
    LetterService,
    MailSecurity,
    PriceMode,
    SmsService,
    TaxMode,
    company,
    current_legal_text,
)
from kutego.models.contract import (
    Contract,
    ContractKind,
    ContractPeriod,
    ContractState,
    due_contracts,
)
from kutego.models.contract_plan import ContractPause, ContractPrice, PriceStep
from kutego.models.course import (
    CourseCategory,
    CourseDate,
    CourseKind,
    CourseState,
)
from kutego.models.course_day import (
    CourseDay,
    CourseDayState,
    CourseTime,
    lacks_instructor,
    leader_of_day,
    room_of_day,
)
from kutego.models.credit import (
    CreditEntry,
    DepositKind,
    EntryKind,
    Receipt,
    Refund,
    RefundState,
    TransferFile,
)
from kutego.models.custom_field import (
    CustomField,
    CustomValue,
    FieldKind,
    FieldTarget,
)
from kutego.models.customer import (
    Customer,
    CustomerState,
    Origin,
    Salutation,
)
from kutego.models.customer_file import (
    CustomerFile,
    CustomerFileVersion,
    DiscardedFile,
    Visibility,
)
from kutego.models.customer_group import (
    CUSTOMER_GROUP_MEMBERS,
    RECIPIENT_GROUP_MEMBERS,
    CustomerGroup,
    RecipientGroup,
)
from kutego.models.customer_import import CustomerImport, ImportKind, ImportRow, ImportState
from kutego.models.day_compensation import (
    CompensationState,
    CompensationWay,
    DayCompensation,
)
from kutego.models.document import (
    Documented,
    DocumentKind,
    Format,
    Rendition,
)
from kutego.models.dunning import (
    Automation,
    BaseRate,
    CollectionCase,
    CollectionState,
    DunningCase,
    DunningEntry,
    DunningNotice,
    DunningRun,
    DunningStage,
    StageKind,
)
from kutego.models.duplicate import DuplicatePair, DuplicateSearch, Likeness, PairState
from kutego.models.employee import (
    RIGHTS,
    Employee,
    EmployeeState,
    LoginAttempt,
    Right,
    Role,
)
from kutego.models.enclosure import (
    Enclosure,
)
from kutego.models.enrolment import Enrolment, EnrolmentState, next_day_of
from kutego.models.event import Event, EventState, TicketCategory
from kutego.models.federal_state import FederalState
from kutego.models.gdpr_export import (
    ExportState,
    GdprExport,
)
from kutego.models.house_words import house_words
from kutego.models.inbox import (
    InboxSecurity,
    IncomingMail,
    Mailbox,
    MailFate,
)
from kutego.models.industry import Industry
from kutego.models.info_agent import (
    InfoAgent,
    InfoAgentHit,
    InfoAgentState,
)
from kutego.models.instalment import InstalmentLine
from kutego.models.invitation import Invitation
from kutego.models.invoice import (
    DraftPosition,
    Invoice,
    InvoiceOrigin,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    PaymentStatus,
    payment_status_is,
)
from kutego.models.lead import (
    NOTHING_YET,
)
from kutego.models.location import ClosingTime, Location, OpeningHours
from kutego.models.mail_text import (
    MailText,
    MessageTemplate,
)
from kutego.models.mailing import (
    Everyone,
    LeftOut,
    Mailing,
    MailingKind,
    MailingRecipient,
    MailingState,
    RecipientState,
)
from kutego.models.mailing_rule import MailingOccasion, MailingRule, RuleMoment
from kutego.models.make_up import (
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    MakeUpStatus,
    make_up_status_is,
)
from kutego.models.mandate import (
    HAS_MANDATE,
    Mandate,
    MandateState,
)
from kutego.models.membership import MembershipTemplate
from kutego.models.merge import CustomerMerge, MergedRow, MergeState
from kutego.models.message import (
    Channel,
    LetterTrigger,
    Message,
    MessageState,
    PostedVersion,
    SmsTrigger,
)
from kutego.models.message_costs import (
    MonthlyCost,
    message_costs,
)
from kutego.models.newsletter import (
    ConsentAction,
    ConsentSource,
    NewsletterConsent,
)
from kutego.models.note import (
    Note,
    Task,
    TaskState,
)
from kutego.models.number_range import (
    DEFAULT_FORMATS,
    NumberKind,
    NumberRange,
)
from kutego.models.offer import (
    Offer,
    OfferDecision,
    OfferPosition,
    OfferState,
    OfferStatus,
    OfferVersion,
    offer_status_is,
)
from kutego.models.office import (
    ItemState,
    JobRun,
    ListPreference,
    MassRun,
    MassRunItem,
    RunState,
    SavedView,
    SubmissionKey,
)
from kutego.models.package import Package, UnitQuota, UnitUse
from kutego.models.participant import (
    Gender,
    Participant,
    ParticipantState,
)
from kutego.models.participant_note import ParticipantNote
from kutego.models.payment import (
    Payment,
    PaymentKind,
)
from kutego.models.payment_method import (
    PaymentMethod,
)
from kutego.models.position import (
    PositionKind,
    Unit,
)
from kutego.models.product import MovementKind, Product, SoldOut, StockMovement
from kutego.models.room import Room
from kutego.models.room_rental import RentalState, RoomRental
from kutego.models.school_holiday import SchoolHoliday
from kutego.models.term_template import TermTemplate
from kutego.models.terms import Activation, FirstInvoice, StartRule, Terms, TrialEnd
from kutego.models.thread import (
    EntryDirection,
    MessageFile,
    Thread,
    ThreadEntry,
    ThreadKind,
    ThreadState,
    waiting_threads,
)
from kutego.models.ticket import Ticket, TicketSheet, TicketState
from kutego.models.voucher import (
    RedemptionKind,
    Voucher,
    VoucherKind,
    VoucherRedemption,
    VoucherSheet,
    VoucherState,
)
from kutego.models.voucher_template import VoucherExpiry, VoucherTax, VoucherTemplate
from kutego.models.waitlist import (
    WaitlistEntry,
    WaitlistState,
    WaitlistStatus,
    still_waiting,
    waitlist_status_is,
)
from kutego.models.waitlist_rules import WaitlistMode
from kutego.models.weekday import Weekday

__all__ = [
    "CUSTOMER_GROUP_MEMBERS",
    "DEFAULT_FORMATS",
    "HAS_MANDATE",
    "NOTHING_YET",
    "RECIPIENT_GROUP_MEMBERS",
    "RIGHTS",
    "TEMPLATE_LECTURERS",
    "Absence",
    "Activation",
    "Activity",
    "ActivityDetail",
    "Appointment",
    "AppointmentCategory",
    "AppointmentPlace",
    "AppointmentState",
    "AppointmentTemplate",
    "Attendance",
    "AttendanceValue",
    "Automation",
    "BaseRate",
    "Booking",
    "BookingConfirmation",
    "BookingPosition",
    "BookingReason",
    "BookingState",
    "CalendarFeed",
    "Cancellation",
    "CancellationPosition",
    "ChainHead",
    "ChainSeal",
    "Chained",
    "Channel",
    "ClosingTime",
    "CollectionCase",
    "CollectionState",
    "Company",
    "CompensationState",
    "CompensationWay",
    "ConsentAction",
    "ConsentSource",
    "Contract",
    "ContractKind",
    "ContractPause",
    "ContractPeriod",
    "ContractPrice",
    "ContractState",
    "CourseCategory",
    "CourseDate",
    "CourseDay",
    "CourseDayState",
    "CourseKind",
    "CourseState",
    "CourseTime",
    "CoveredRule",
    "CreditEntry",
    "CustomField",
    "CustomValue",
    "Customer",
    "CustomerFile",
    "CustomerFileVersion",
    "CustomerGroup",
    "CustomerImport",
    "CustomerMerge",
    "CustomerState",
    "DayCompensation",
    "DepositKind",
    "DiscardedFile",
    "DocumentKind",
    "Documented",
    "DraftPosition",
    "DunningCase",
    "DunningEntry",
    "DunningNotice",
    "DunningRun",
    "DunningStage",
    "DuplicatePair",
    "DuplicateSearch",
    "Employee",
    "EmployeeState",
    "Enclosure",
    "Enrolment",
    "EnrolmentState",
    "EntryDirection",
    "EntryKind",
    "Event",
    "EventState",
    "Everyone",
    "ExportState",
    "FederalState",
    "FieldKind",
    "FieldTarget",
    "FirstInvoice",
    "Format",
    "GdprExport",
    "Gender",
    "ImportKind",
    "ImportRow",
    "ImportState",
    "InboxSecurity",
    "IncomingMail",
    "Industry",
    "InfoAgent",
    "InfoAgentHit",
    "InfoAgentState",
    "InstalmentLine",
    "Invitation",
    "Invoice",
    "InvoiceOrigin",
    "InvoicePosition",
    "InvoiceState",
    "InvoiceVersion",
    "ItemState",
    "JobRun",
    "LecturerHours",
    "LeftOut",
    "LegalKind",
    "LegalText",
    "LetterService",
    "LetterTrigger",
    "Likeness",
    "ListPreference",
    "Location",
    "LoginAttempt",
    "MailFate",
    "MailSecurity",
    "MailText",
    "Mailbox",
    "Mailing",
    "MailingKind",
    "MailingOccasion",
    "MailingRecipient",
    "MailingRule",
    "MailingState",
    "MakeUpClaim",
    "MakeUpReason",
    "MakeUpState",
    "MakeUpStatus",
    "Mandate",
    "MandateState",
    "MassRun",
    "MassRunItem",
    "MembershipTemplate",
    "MergeState",
    "MergedRow",
    "Message",
    "MessageFile",
    "MessageState",
    "MessageTemplate",
    "MonthlyCost",
    "MovementKind",
    "NewsletterConsent",
    "Note",
    "NumberKind",
    "NumberRange",
    "Offer",
    "OfferDecision",
    "OfferPosition",
    "OfferState",
    "OfferStatus",
    "OfferVersion",
    "OpeningHours",
    "Origin",
    "Package",
    "PairState",
    "Participant",
    "ParticipantNote",
    "ParticipantState",
    "Payment",
    "PaymentKind",
    "PaymentMethod",
    "PaymentStatus",
    "PositionKind",
    "PostedVersion",
    "PriceMode",
    "PriceStep",
    "Product",
    "Receipt",
    "RecipientGroup",
    "RecipientState",
    "RedemptionKind",
    "Refund",
    "RefundState",
    "Rendition",
    "RentalState",
    "Rhythm",
    "Right",
    "Role",
    "Room",
    "RoomRental",
    "RuleMoment",
    "RunState",
    "Salutation",
    "SavedView",
    "SchoolHoliday",
    "Settlement",
    "SmsService",
    "SmsTrigger",
    "SoldOut",
    "StageKind",
    "StartRule",
    "StockMovement",
    "SubmissionKey",
    "Task",
    "TaskState",
    "TaxMode",
    "TermTemplate",
    "Terms",
    "Thread",
    "ThreadEntry",
    "ThreadKind",
    "ThreadState",
    "Ticket",
    "TicketCategory",
    "TicketSheet",
    "TicketState",
    "TransferFile",
    "TrialEnd",
    "Unit",
    "UnitQuota",
    "UnitUse",
    "Visibility",
    "Voucher",
    "VoucherExpiry",
    "VoucherKind",
    "VoucherRedemption",
    "VoucherSheet",
    "VoucherState",
    "VoucherTax",
    "VoucherTemplate",
    "WaitlistEntry",
    "WaitlistMode",
    "WaitlistState",
    "WaitlistStatus",
    "Weekday",
    "chained_models",
    "company",
    "current_legal_text",
    "due_contracts",
    "house_words",
    "is_whole",
    "lacks_instructor",
    "leader_of_day",
    "make_up_status_is",
    "message_costs",
    "next_appointment_of",
    "next_day_of",
    "offer_status_is",
    "payment_status_is",
    "room_of_day",
    "still_waiting",
    "waiting_threads",
    "waitlist_status_is",
]
