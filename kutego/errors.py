"""What a person may be told. Everything else is a bug and must not be caught."""


class DomainError(Exception):
    """A rule of the business says no. The message is a whole German sentence for the screen."""


class IllegalTransition(DomainError):
    """A record cannot go from its present state to the one asked for."""


class NeedsConfirmation(DomainError):
    """The wish is possible but unusual: ask once more, then call again with the code confirmed.

    `code` names the question (stable, for forms and tests), `details` are lines to list below it.
    """

    def __init__(self, code: str, sentence: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.details = details


class ConcurrentChange(DomainError):
    """Somebody else has saved the record since the form was opened."""


class FrozenRecord(Exception):
    """A program tried to change a row that may only be added. Always a bug."""
