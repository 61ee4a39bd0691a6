"""The kinds of lines that somebody can write, and the fields that each of them has."""

from dataclasses import dataclass

from kutego.models import PositionKind


@dataclass(frozen=True)
class LineKind:
    """A kind in the menu of the form. `fields` are those that only some kinds have, in order."""

    kind: PositionKind
    icon: str
    fields: tuple[str, ...]

    @property
    def pick(self) -> str | None:
        """The field that says what is sold; it fills in text, price and rate."""
        return None if self.kind is PositionKind.OTHER else self.fields[0]

    @property
    def first(self) -> str:
        """The field to begin with."""
        return self.pick or "text"


K = PositionKind
KINDS = {
    each.kind: each
    for each in (
        LineKind(K.COURSE, "calendar3",
                 ("course_date_id", "participant_id", "term_template_id", "starts_on")),
        LineKind(K.APPOINTMENT, "calendar-check",
                 ("appointment_template_id", "lecturer_id", "begins_at", "participant_id")),
        LineKind(K.TICKET, "tag", ("ticket_category_id",)),
        LineKind(K.ROOM, "building", ("room_id", "begins_at", "ends_at")),
        LineKind(K.VOUCHER, "star", ("voucher_template_id",)),
        LineKind(K.MEMBERSHIP, "person-badge",
                 ("membership_template_id", "participant_id", "starts_on")),
        LineKind(K.PRODUCT, "box-seam", ("product_id", "participant_id")),
        LineKind(K.PACKAGE, "collection-play", ("package_id", "participant_id")),
        LineKind(K.OTHER, "pencil", ("participant_id", "period_first", "period_last")),
    )
}  # fmt: skip
LINKS = (
    "participant_id", "course_date_id", "term_template_id", "product_id",
    "appointment_template_id", "lecturer_id", "room_id", "ticket_category_id",
    "voucher_template_id", "membership_template_id", "package_id",
)  # fmt: skip
WHEN = ("starts_on", "period_first", "period_last", "begins_at", "ends_at")
OWN = (*LINKS, *WHEN)  # whatever not every line has
BY_HAND = tuple(KINDS)
