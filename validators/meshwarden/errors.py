"""What stops a run, and the exit status that each of it ends with."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What `meshwarden` tells the shell."""

    CLEAN = 0
    FINDINGS = 1
    WRONG_USAGE = 2
    COULD_NOT_FINISH = 3


class MeshwardenError(Exception):
    """The root of all errors that are told to the user without a traceback."""

    status = ExitStatus.COULD_NOT_FINISH

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class WrongUsage(MeshwardenError):
    """The command line, the folder or the configuration is not what meshwarden can work with."""

    status = ExitStatus.WRONG_USAGE


class CouldNotFinish(MeshwardenError):
    """Something that the verdict depends on failed: it is neither a pass nor a finding."""

    status = ExitStatus.COULD_NOT_FINISH
