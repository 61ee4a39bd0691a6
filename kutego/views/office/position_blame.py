"""The part of a form with lines that shows a refusal where it belongs."""

import re
from typing import Any

from kutego.errors import DomainError
from kutego.texts import gettext as _
from kutego.views.office.position_fields import RowsField

ROW_ERROR = re.compile(r"Position (\d+): (.*)", re.DOTALL)


class WithBlame:
    """The operation says which line it refuses: `Position 2: …`, counted without blank ones."""

    positions: RowsField
    form_errors: list[Any]

    def blame(self, refusal: DomainError) -> None:
        """Show a refusal beside the line that it speaks of, else above the form."""
        found = ROW_ERROR.fullmatch(str(refusal))
        filled = [row for row in self.positions.rows if not row.is_blank]
        if found is None or int(found[1]) > len(filled):
            self.form_errors.append(str(refusal))
            return
        filled[int(found[1]) - 1].form_errors.append(found[2])
        self.form_errors.append(_("Bitte sehen Sie sich Position %(place)s an.", place=found[1]))
