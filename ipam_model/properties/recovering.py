"""After the disturbances: the store is as EC2 has it, and what is gone is forgotten."""

from ipam_model import aws_layer
from ipam_model.config import Version
from ipam_model.daemon.init import Exited, Started, refused
from ipam_model.properties.evidence import Quiet
from ipam_model.properties.ownership import also_migrated, stores
from ipam_model.properties.pace import as_in_ec2
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, after_quiet, holds
from ipam_model.requests import OUT_OF_ADDRESSES
from ipam_model.world import Runner, World


@after_quiet(
    "P-L5",
    "After a fault clears, the daemon's state returns to EC2's truth.",
    source="#1967, #377, #66, #1204; R146-R156",
)
def store_returns_to_the_truth(quiet: Quiet) -> Verdict:
    """Every managed ENI with every CIDR, and nothing else; the daemon runs. IPv6: no reconcile."""
    world = quiet.settled
    if world.ec2.faults or world.config.ipv6:
        return VACUOUS
    if world.node is None:
        # Settings may be refused (R43-R45), and custom networking needs a pool to start (R66).
        excused = refused(world.config) or world.config.settings.custom_networking
        excused = excused or _lacks_addresses_to_start(world)
        return VACUOUS if excused else Violated("the daemon does not start any more")
    lags = world.ec2.arrivals
    if lags.eni_lag or lags.address_lag:
        return VACUOUS
    differs = as_in_ec2(world, world.node)
    return Violated(f"{differs}, after {quiet.passes} passes") if differs else holds(True)


def _lacks_addresses_to_start(world: World) -> bool:
    """v1.7 ends with the first growth that fails (H5), as where a subnet has nothing left.

    Another start, the same again but for the ENI it fills, shows why. One that succeeds chose an
    ENI whose subnet has something left.
    """
    if world.config.version is not Version.V1_7:
        return False
    outcome = Runner(world).start()
    if isinstance(outcome, Exited):
        return outcome.reason.code in OUT_OF_ADDRESSES
    return any(world.ec2.subnet(eni.subnet).free == 0 for eni in world.ec2.enis)


@after_quiet(
    "P-L6",
    "What is assigned belongs to a running sandbox eventually: at the latest after the next start.",
    source="#1939, #1411, #3109, #2352, #590; R61, R128",
)
def only_running_sandboxes_hold(quiet: Quiet) -> Verdict:
    """A DEL that was missed or refused leaks until the daemon starts again; here it does."""
    world = quiet.settled
    running = also_migrated(veth.sandbox for veth in world.veths)
    leaked = {key for store in stores(world) for key in store.holdings} - running
    if not leaked or world.ec2.faults:
        return holds(world.node is not None and bool(running))
    runner = Runner(world)
    if not isinstance(runner.start(), Started):
        return VACUOUS  # P-L5 speaks of daemons that do not start.
    kept = {key for store in runner.memory().stores for key in store.holdings} - running
    if kept:
        return Violated(f"{min(kept).container} runs no more, and holds an address after a start")
    return holds(True)


@after_quiet(
    "P-S8",
    "Each ENI that was created is eventually attached or deleted.",
    source="#69, #608, #690, #1223; R106, R178, R183, R184",
)
def no_eni_leaks(quiet: Quiet) -> Verdict:
    """At the latest by the job that looks for leaked ENIs every hour; v1.7 has one as well."""
    world = quiet.settled
    if world.ec2.faults:
        return VACUOUS
    left = aws_layer.clean_leaked_enis(world.config, world.ec2).leaked
    if left:
        return Violated(f"{left[0].id} is attached to nothing, and no job deletes it")
    created = world.ec2.next_eni > 2  # Besides the instance's own.
    return holds(created)
