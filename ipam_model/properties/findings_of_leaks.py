"""Findings about ENIs that are attached to nothing, and that nobody deletes.

See `findings_of_addresses` for what a finding is.
"""

from ipam_model.config import Version
from ipam_model.properties.registry import finding
from ipam_model.world import World


@finding(
    "leak-clean-up-is-off",
    "With the job that deletes leaked ENIs switched off, or not run in this mode, an ENI that was "
    "detached and could not be deleted stays for ever.",
    seen_in=World,
    violates=("P-S8",),
    rules=("R178", "R184"),
    upstream=("#69", "#608", "#690", "#1223"),
)
def leaked_without_a_job(world: World) -> bool:
    """An ENI has leaked, and the settings run no job against that."""
    settings = world.config.settings
    off = (
        settings.leaked_eni_cleanup_disabled
        or settings.provisioning_disabled
        or settings.imds_only
        or settings.ipv6
    )
    return off and bool(world.ec2.leaked)


@finding(
    "untagged-eni-leaks-in-v1.7",
    "v1.7 tags an ENI once it is attached, and goes on if that fails: an untagged one that cannot "
    "be deleted stays for ever, for the job against leaks goes by the tag.",
    seen_in=World,
    violates=("P-S8",),
    rules=("H9", "R106", "R178", "R184"),
    upstream=("#69", "#608"),
)
def leaked_without_a_tag(world: World) -> bool:
    """An ENI that has leaked carries no tag of an instance."""
    untagged = any(eni.tags.instance_id is None for eni in world.ec2.leaked)
    return world.config.version is Version.V1_7 and untagged
