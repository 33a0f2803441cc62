"""The one exception that the intake raises."""

from customer_segments.errors import UserError


class IntakeError(UserError):
    """The user's files cannot be taken in.

    Each problem is one plain sentence that names the file, the place in it and the remedy.
    The message holds one problem a line.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
