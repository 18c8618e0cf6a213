"""What happens to a node beyond the usual events: for wrong models that show nowhere else."""

from attrs import evolve, frozen

from ipam_model import ec2, others
from ipam_model.testing.events import OthersAttach
from ipam_model.world import Runner


@frozen
class Switch:
    """The daemon is restarted with prefix delegation on, or off."""

    prefixes: int
    """0 or 1."""

    def happen(self, runner: Runner) -> object:
        """A restart with another environment."""
        settings = evolve(runner.config.settings, prefix_delegation=bool(self.prefixes))
        return type(runner.start(evolve(runner.config, settings=settings)))


@frozen
class AddAgain:
    """Kubelet repeats the ADD of a pod that has its address."""

    which: int

    def happen(self, runner: Runner) -> object:
        """One of the pods the stores know."""
        held = {
            key: each.pod
            for store in runner.memory().stores
            for key, each in store.holdings.items()
        }
        if not held:
            return None
        key = sorted(held)[self.which % len(held)]
        return runner.add_pod(held[key])


@frozen
class TrunkComes:
    """The VPC resource controller attaches a trunk ENI, if there is none yet."""

    def happen(self, runner: Runner) -> object:
        """As others attach ENIs."""
        if any(eni.trunk for eni in runner.ec2.enis):
            return None
        return OthersAttach(no_manage=False, trunk=True).happen(runner)


@frozen
class Swap:
    """Somebody takes an address or prefix off an ENI and gives it another: the numbers agree."""

    which: int

    def happen(self, runner: Runner) -> object:
        """What is given goes where something was taken."""
        held = [(eni, network) for eni in runner.ec2.enis for network in eni.networks()[1:]]
        if not held:
            return None
        eni, network = held[self.which % len(held)]
        subnet = runner.ec2.subnet(eni.subnet)
        single = network.size == 1
        given = subnet.offer_addresses(1) if single else subnet.offer_prefixes(1, network.size)
        if given is None:
            return None
        runner.ec2 = others.add_by_other(runner.ec2, eni, given)
        changed = runner.ec2.eni(eni.id)
        assert changed is not None, "it is attached"
        runner.ec2 = ec2.remove_networks(runner.ec2, changed, (network,), runner.now)
        return network, given
