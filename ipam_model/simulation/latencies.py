"""How long the daemon waits for an answer: an assumption, never a fact about EC2.

The daemon's rules say what it asks for, not how long the answer takes, so launch times follow from
a `Latencies` that the user states. The loop stands still while it waits (R186); pods are served
from the store meanwhile (R71), unless the store is locked or the daemon is still starting.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Final

from attrs import field, frozen

from ipam_model.errors import InputError
from ipam_model.requests import Request, WaitForENI
from ipam_model.rules.timing import SECOND
from ipam_model.strict_json import RefusedError, decode, line_of, refused_at

LONGEST: Final = 3600.0
"""Seconds; the longest latency that is accepted."""
_POSSIBLE: Final = f"must be a number of seconds from 0 to {LONGEST:g}"

CALLS: Final = (
    "AllocENI",
    "AssignIPv6Prefixes",
    "AssignPrivateIpAddresses",
    "CreateENI",
    "DescribeAllENIs",
    "FindRouteTable",
    "FreeENI",
    "GetAddressesFromEC2",
    "GetAttachedENIs",
    "GetIPv6Prefixes",
    "IsSubnetExcluded",
    "NodeCordoned",
    "ReadEniConfig",
    "ReadMaxPods",
    "ReadSandboxes",
    "RefreshSecurityGroups",
    "SetNodeLabel",
    "SetupENINetwork",
    "TagENI",
    "UnassignPrivateIpAddresses",
    "WaitForENI",
    "WriteCheckpoint",
)
"""Requests that may take time. Those that only a pod's own request makes (VPC CIDRs, the pod
object) are answered at once: they are local and take milliseconds."""

_POLL_DELAYS: Final = tuple(min(100 << number, 60 * SECOND) for number in range(11))
IMDS_POLLS: Final = (0, *accumulate(_POLL_DELAYS))
"""When `WaitForENI` looks at IMDS, in milliseconds since it began: 12 looks, the pause between
them doubled from 0.1 s up to 60 s, jitter of up to 15% left out (R109; aws:2125-2191)."""


@frozen
class Latencies:
    """Milliseconds that a request takes, by its name; those not named take no time.

    `WaitForENI` is special: its latency is how long IMDS needs to show the ENI with its addresses.
    The daemon notices at its next look (`IMDS_POLLS`) and gives up after the last one; v1.7 looks
    every 10 s, six times in all (H9).
    """

    by_call: Mapping[str, int] = field(factory=dict)
    name: str = ""
    """The preset they are from, `none` if there are none; empty if the user chose them."""

    @classmethod
    def of_seconds(cls, seconds: Mapping[str, float], name: str = "") -> "Latencies":
        """Latencies in seconds; `InputError` for an unknown request or an impossible latency."""
        for call, value in seconds.items():
            if call not in CALLS:
                raise InputError(f"no latency can be given for {call[:60]!r}; {_known()}")
            if not 0 <= value <= LONGEST:
                raise InputError(f"the latency of {call} {_POSSIBLE}")
        return cls({call: round(value * SECOND) for call, value in seconds.items()}, name)

    def seconds(self) -> dict[str, float]:
        """Latencies in seconds by request, those of no time left out, in order of names."""
        return {
            call: self.by_call[call] / SECOND for call in sorted(self.by_call) if self.by_call[call]
        }

    def of(self, request: Request[object]) -> int:
        """How long the daemon waits for the answer to `request`, in milliseconds."""
        latency = self.by_call.get(type(request).__name__, 0)
        if latency and isinstance(request, WaitForENI):
            return min((poll for poll in IMDS_POLLS if poll >= latency), default=IMDS_POLLS[-1])
        return latency

    def imds_lag(self) -> int:
        """How long IMDS needs to show a new ENI, in milliseconds."""
        return self.by_call.get(WaitForENI.__name__, 0)

    def outlasts_the_wait(self, request: Request[object]) -> bool:
        """IMDS does not show the new ENI before the daemon gives up looking for it."""
        latency = self.by_call.get(type(request).__name__, 0)
        return isinstance(request, WaitForENI) and latency > IMDS_POLLS[-1]

    def with_seconds(self, seconds: Mapping[str, float]) -> "Latencies":
        """These with some replaced or added."""
        return Latencies.of_seconds(
            {call: value / SECOND for call, value in self.by_call.items()} | dict(seconds),
            self.name if not seconds else "",
        )


NONE: Final = Latencies(name="none")
"""Every answer comes at once."""

TYPICAL: Final = Latencies.of_seconds(
    {
        "AllocENI": 2.0,
        "CreateENI": 2.0,
        "WaitForENI": 1.0,
        "AssignPrivateIpAddresses": 0.5,
        "UnassignPrivateIpAddresses": 0.5,
        "FreeENI": 5.0,
        "TagENI": 0.1,
        "DescribeAllENIs": 0.3,
        "GetAddressesFromEC2": 0.1,
        "IsSubnetExcluded": 0.1,
    },
    name="typical",
)
"""Round numbers near what a few published logs of healthy nodes show; assumed, not measured here.
docs/simulate.md gives the source of each."""

PRESETS: Final = {preset.name: preset for preset in (NONE, TYPICAL)}


def parse_latency(text: str) -> tuple[str, float]:
    """`CALL=SECONDS`."""
    call, equals, value = text.partition("=")
    try:
        seconds = float(value)
    except ValueError:
        equals = ""
        seconds = 0.0
    if not equals or not call:
        raise InputError(
            f"--latency is {text[:60]!r}; it must be CALL=SECONDS, e.g. AllocENI=1.5; {_known()}"
        )
    try:
        Latencies.of_seconds({call: seconds})
    except InputError as error:
        raise InputError(f"--latency {text[:60]}: {error}") from None
    return call, seconds


def read_latencies(preset_or_file: str | None, single: Iterable[str]) -> Latencies:
    """A preset by name or a JSON file, with single latencies on top.

    The file is one object, seconds by request: `{"AllocENI": 1.5}`. Raises `InputError`.
    """
    chosen = NONE
    if preset_or_file is not None:
        preset = PRESETS.get(preset_or_file)
        chosen = preset if preset is not None else _from_file(Path(preset_or_file))
    return chosen.with_seconds(dict(parse_latency(text) for text in single))


def _from_file(path: Path) -> Latencies:
    name = f"--latencies {path}"
    text = _text(name, path)
    try:
        found = decode(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: not JSON: {error.msg}") from None
    except RefusedError as error:
        place = refused_at(text, error)
        line = "" if place is None else f":{place[0]}"
        raise InputError(f"{name}{line}: {error}; {_EXAMPLE}") from None
    if not isinstance(found, dict):
        raise InputError(f"{name}:{line_of(text, ())}: must be one JSON object, {_EXAMPLE}")
    seconds: dict[str, float] = {}
    for call, value in found.items():
        where = f"{name}:{line_of(text, (call,))}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"{where}: {call[:60]!r} {_POSSIBLE}")
        seconds[call] = value
        try:
            Latencies.of_seconds({call: value})
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
    return Latencies.of_seconds(seconds)


def _text(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        presets = ", ".join(PRESETS)
        raise InputError(
            f"{name}: {error.strerror or error}; give a JSON file or one of: {presets}"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{name}: not UTF-8 text") from None


_EXAMPLE: Final = 'seconds by call, e.g. {"AllocENI": 1.5}'


def _known() -> str:
    return f"there are: {', '.join(CALLS)}"
