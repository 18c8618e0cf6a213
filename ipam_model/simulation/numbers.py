"""Numbers as text from which they can be read again."""


def number_text(number: float, digits: int = 3) -> str:
    """A whole number as it is, another with at most so many digits behind the point.

    Three are enough for seconds: the model's time is in milliseconds.
    """
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
