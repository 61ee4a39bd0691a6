"""States as tables of pairs, read by both the guard and the button."""

from typing import Any, ClassVar

from kutego.errors import IllegalTransition
from kutego.labelled import Labelled
from kutego.texts import gettext as _


class Stateful:
    """A record whose `state` moves only along `transitions`: from → the states it may go to."""

    transitions: ClassVar[dict[Any, frozenset[Any]]] = {}
    state: Any

    def can(self, state: Labelled) -> bool:
        """Whether the record may go to `state` now."""
        return state in self.transitions.get(self.state, frozenset())

    def move_to(self, state: Labelled) -> None:
        """Go to `state`, or raise `IllegalTransition` with a sentence for the screen."""
        if not self.can(state):
            raise IllegalTransition(
                _("%(record)s ist „%(old)s“ und kann nicht „%(new)s“ werden.",
                  record=self, old=self.state.label, new=state.label)
            )  # fmt: skip
        self.state = state
