"""What can go wrong, by exit code. Every message is one sentence or two: what, where, what to do."""


class GradingError(Exception):
    """A refresh that ends without a publication; the old one stays."""

    exit_code = 3


class GateRefused(GradingError):
    """A gate refused the new data."""

    exit_code = 1


class BadInput(GradingError):
    """The landing folder, an option or a setting is not usable."""

    exit_code = 2


class Defect(GradingError):
    """A bug of ours: a model failed, or the ledger does not add up."""

    exit_code = 3


class Locked(GradingError):
    """Another refresh holds the lock."""

    exit_code = 4


class NoSpace(GradingError):
    """There is not enough disk space to work safely."""

    exit_code = 5
