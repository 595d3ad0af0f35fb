"""What can go wrong when the product brings its own services along."""


class LocalServiceError(Exception):
    """A service cannot be started here; the message is a sentence that says what to do."""
