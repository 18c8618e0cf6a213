"""Keys under which states of one side are the same, for all that can still happen to both.

Beside what `explore.world_key` describes, a state is told by which pod holds which address: pods
have the same names on both sides, and an event says which of them goes. Where that key is not made
for what happens, a state is only equal to itself.
"""

from collections.abc import Hashable

from ipam_model.differing.comparison import Comparison, key_of_pod
from ipam_model.explore.mentions import Mention
from ipam_model.explore.world_key import WorldKey
from ipam_model.state import Network, PodKey
from ipam_model.world import World


def key_of(comparison: Comparison, world: World, pods: tuple[str, ...]) -> Hashable:
    """The key of a state of one side; pods are named by their places in `pods`."""
    if not comparison.merges:
        return world
    return key_of_names(world, tuple([key_of_pod(name) for name in pods]))


def key_of_names(world: World, keys: tuple[PodKey, ...]) -> Hashable:
    """The same for worlds that differ in the names of ENIs and addresses alone.

    The pods with these keys are named by their places among them.
    """
    ranks = {key: number for number, key in enumerate(keys)}
    held: dict[Network, Mention] = {}
    for store in () if world.node is None else world.node.stores:
        for _, cidr in store.cidrs():
            found = [
                (record.address - cidr.network.address, str(ranks[record.pod.key]))
                for record in cidr.records
                if record.pod is not None and record.pod.key in ranks
            ]
            if found:
                held[cidr.network] = tuple(sorted(found))
    names = WorldKey(world, held)
    key = names.key()
    return (key, tuple([names.trace(each) for each in keys]))
