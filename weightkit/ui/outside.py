"""Text from outside, as text."""


def plain(text: str) -> str:
    """At most 80 characters of a text from outside, for Markdown."""
    return str(text)[:80]
