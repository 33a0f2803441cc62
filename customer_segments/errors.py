"""The one kind of error that people see as a sentence."""


class UserError(Exception):
    """Something that whoever runs the command can put right; its text says what and how."""


class BrokenFileError(UserError):
    """A file of the project that dbt can't read or compile."""

    def __init__(self, sentence: str, file: str) -> None:
        """Take what is wrong, and the file's path in the project."""
        super().__init__(sentence)
        self.file = file
