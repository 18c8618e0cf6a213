"""What a witness comes to, written down where it comes to it, so that a replay checks it."""

from ipam_model.quantities import quantities
from ipam_model.scenario.document import Expect
from ipam_model.world import Runner


def there(runner: Runner, *, ec2_calls: int | None = None) -> Expect:
    """Everything that can be counted on a node now; the calls to EC2 are known to the caller."""
    now = quantities(runner)
    return Expect(
        running=runner.node is not None,
        enis=now.enis,
        owned=now.owned,
        assigned=now.assigned,
        cooling=now.cooling,
        available=now.available,
        idle=now.idle,
        reserved=now.reserved,
        leaked=now.leaked,
        ec2_calls=ec2_calls,
    )
