"""What to say when a package that only an extra installs is missing."""

from ipam_model.errors import InputError


def missing_extra(package: str, extra: str) -> InputError:
    """The error to raise where importing `package` failed; it names the extra that installs it."""
    return InputError(
        f"{package} is not installed; it comes with the extra `{extra}`: "
        f"pip install 'ipam-model[{extra}]'"
    )
