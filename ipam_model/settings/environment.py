"""From `Settings` back to an environment that parses to them."""

from collections.abc import Mapping

from attrs import fields_dict

from ipam_model.settings.values import Settings
from ipam_model.settings.variables import ALLOCATION_VARIABLES

_CODE = Settings()


def environment_of(settings: Settings) -> Mapping[str, str]:
    """The shortest environment that `parse_settings` turns into these settings.

    What equals the default of the daemon's code is left out. Text that a user wrote otherwise
    (`1` for `true`, an invalid number) is not recovered.
    """
    env: dict[str, str] = {}
    names = list(fields_dict(Settings))
    for variable, name in zip(ALLOCATION_VARIABLES, names, strict=True):
        value: object = getattr(settings, name)
        if value != getattr(_CODE, name):
            env[variable] = str(value).lower() if isinstance(value, bool) else str(value)
    return env
