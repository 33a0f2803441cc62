"""The one kind of error that people see as a sentence."""


class UserError(Exception):
    """Something that whoever runs the command can put right; its text says what and how."""
