"""In how many instalments a course may be paid (spec CON-35)."""

from kutego.errors import DomainError
from kutego.models import CourseDate
from kutego.texts import gettext as _


def tidied(text: str | None) -> str | None:
    """`6,2 ,3` as `2, 3, 6`; None where nothing is offered but paying at once."""
    numbers = sorted({*numbers_in(text or "")} - {1})
    return ", ".join(str(number) for number in numbers) or None


def offered_numbers(course: CourseDate) -> list[int]:
    """In how many parts a course may be paid: at once is always possible."""
    return sorted({1, *numbers_in(course.instalments or "")})


def numbers_in(text: str) -> list[int]:
    """The numbers of `2, 3, 6`. Raises `DomainError` where it holds something else."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(w.isascii() and w.isdigit() and len(w) < 3 and 1 <= int(w) <= 36 for w in words):
        raise DomainError(_("Bitte mögliche Anzahlen von Raten eingeben, zum Beispiel 2, 3, 6."))
    return [int(word) for word in words]
