"""What two snapshots say of single addresses and ENIs, beyond the sums.

Each check has a condition under which nothing else can explain what is seen; where it does not
hold, nothing is said.
"""

from attrs import frozen

from ipam_model.addresses import format_address
from ipam_model.config import Config
from ipam_model.partial.passes import SHORTEST_PAUSE
from ipam_model.partial.sample import Sample


@frozen
class Forgotten:
    """Something that the daemon should have remembered."""

    rule: str
    seen: str
    allowed: str


def forgotten(before: Sample, after: Sample, config: Config) -> Forgotten | None:
    """What two snapshots, one after the other, show to be wrong; `None`: nothing."""
    return _given_out_while_cooling(before, after, config) or _freed_in_use(before, after, config)


def _only_whole_enis_leave(config: Config) -> bool:
    """Single addresses are never released (R130), and no ENI goes while one of it cools (R136)."""
    settings = config.settings
    return not (config.prefix_mode or settings.warm_ip_target or settings.minimum_ip_target)


def _given_out_while_cooling(before: Sample, after: Sample, config: Config) -> Forgotten | None:
    """R113, R122: an address that cools does not leave the store and come back as a new one.

    Where addresses are released (R139) that takes two passes, so it is said of close snapshots.
    """
    close = after.time - before.time < SHORTEST_PAUSE
    if not close and not _only_whole_enis_leave(config):
        return None
    now = {address: record for eni in after.seen for address, record in eni.records.items()}
    for eni in before.seen:
        for address, record in eni.records.items():
            later = now.get(address)
            if record.pod is not None or later is None or later.pod is None:
                continue
            rest = later.since - record.since
            if 0 <= rest <= config.cooldown:
                return Forgotten(
                    "R113",
                    f"{format_address(address)} given to a pod {rest / 1000:g} s after another "
                    f"left it",
                    f"only after the cooldown of {config.cooldown // 1000} s",
                )
    return None


def _freed_in_use(before: Sample, after: Sample, config: Config) -> Forgotten | None:
    """R136: an ENI is not freed while an address of it cools.

    Where addresses or prefixes are released the cooling ones may go first (R139).
    """
    if not _only_whole_enis_leave(config):
        return None
    elapsed = after.time - before.time
    kept = {eni.id for eni in after.seen}
    for eni in before.seen:
        if eni.id in kept:
            continue
        for address, record in eni.records.items():
            if record.pod is not None and elapsed <= config.cooldown:
                what = f"a pod had {format_address(address)} {elapsed / 1000:g} s before"
            elif record.pod is None and after.time - record.since <= config.cooldown:
                ago = (after.time - record.since) / 1000
                what = f"{format_address(address)} of it was left {ago:g} s ago"
            else:
                continue
            return Forgotten(
                "R136",
                f"{eni.id} gone, although {what}",
                f"no ENI freed with an address left within {config.cooldown // 1000} s",
            )
    return None
