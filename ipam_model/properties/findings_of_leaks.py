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
    "unattached-eni-of-v1.7-is-unknown",
    "v1.7 tags an ENI only after it was attached. One that can be neither attached nor deleted has "
    "no tag by which the job against leaked ENIs would know it, and stays for ever.",
    seen_in=World,
    violates=("P-S8",),
    rules=("R106", "R184", "H9"),
    upstream=("#69", "#608"),
)
def leaked_before_it_was_tagged(world: World) -> bool:
    """Such an ENI is there."""
    old = world.config.version is Version.V1_7
    return old and any(each.tags.instance_id is None for each in world.ec2.leaked)
