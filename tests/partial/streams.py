"""Streams made by hand."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from ipam_model.config import Config
from ipam_model.limits import InstanceLimits
from ipam_model.partial.follow import Followed, Unseen, follow
from ipam_model.partial.reading import samples_of
from ipam_model.partial.sample import Kind, Stream
from ipam_model.settings import parse_settings
from ipam_model.trace.document import Place

NOTHING = Unseen()


def config_of(env: Mapping[str, str], enis: int = 3, addresses: int = 5) -> Config:
    """A small node."""
    return Config(
        settings=parse_settings(env).settings, limits=InstanceLimits.simple(enis, addresses)
    )


def statistics(*numbers: tuple[float, ...]) -> list[str]:
    """Lines of time, total, assigned, cooling, and, if given, ENIs."""
    keys = ("time", "total", "assigned", "cooling", "enis")
    return [json.dumps(dict(zip(keys, each, strict=False))) for each in numbers]


def log(*numbers: tuple[int, int, int, int]) -> list[str]:
    """Lines of second, total, assigned and cooling."""
    return [
        json.dumps(
            {
                "ts": f"2026-01-01T00:{at // 60:02}:{at % 60:02}.000Z",
                "msg": f"IP stats for Network Card 0 - total IPs: {total}, "
                f"assigned IPs: {assigned}, cooldown IPs: {cooling}",
            }
        )
        for at, total, assigned, cooling in numbers
    ]


def followed(
    kind: Kind,
    lines: Iterable[str],
    config: Config,
    unseen: Unseen = NOTHING,
    *,
    max_pods: int = 110,
) -> Followed:
    """What becomes of these lines."""
    raw = ((Place("stream", at), line.encode()) for at, line in enumerate(lines, 1))
    stream = Stream("stream", kind, samples_of(kind, raw, config, [0]))
    return follow(stream, config, max_pods, unseen)


def written(path: Path, lines: Iterable[str]) -> Path:
    """A file of these lines."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
