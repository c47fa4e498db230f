"""What can go wrong in this room; the texts are for people."""


class AccountsError(Exception):
    """Something was not done; the text says what happened and what to do."""


class GrantError(AccountsError):
    """A role can't be given or taken away so."""


class InvitationError(AccountsError):
    """An invitation does not hold."""
