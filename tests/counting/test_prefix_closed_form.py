"""Where the noted closed form for prefix mode at rest is too low."""

import pytest

from ipam_model.counting.explorer import explore
from ipam_model.counting.model import Kind
from ipam_model.state import Pod, PodKey
from ipam_model.world import Runner
from tests.counting.closed_forms import most_at_rest_in_prefix_mode
from tests.counting.models import prefixes
from tests.counting.reference import LONG, small_node

pytestmark = pytest.mark.unmeasured


def noted_at_rest(slots: int, block: int, enis: int, warm: int, peak: int, pods: int) -> int:
    """Q2 of prefix mode with a warm IP target."""
    most = min(enis * slots, -(-(peak + warm) // block))
    attached = max(1, -(-most // slots))
    now = max(min(enis * slots, -(-(pods + warm) // block)), min(pods, most))
    return now * block + min(attached, 1 + now)


@pytest.mark.parametrize(("block", "warm"), [(2, 1), (3, 1), (3, 2)])
def test_R136_an_eni_that_holds_nothing_may_stay_for_good(block: int, warm: int) -> None:
    """One prefix, one pod in it: its free addresses meet the target, but not in whole prefixes.

    The notes' formula takes it for enough that the others keep the target itself; R136 rounds it up
    to whole prefixes, so the second ENI without any prefix stays at rest, and its primary address
    stays reserved.
    """
    model = prefixes(3, 1, block, warm_ip=warm, pods=3 * block)
    found = explore(model).at_rest[1]
    empty = (0,) * (block + 1)
    assert [eni for eni in found.state if eni == empty] == [empty, empty]
    assert found.value == noted_at_rest(1, block, 3, warm, 3 * block, 1) + 1
    assert Kind.FREE not in {step.kind for step in model.transitions(found.state)}


@pytest.mark.parametrize("block", [2, 3])
def test_two_enis_never_show_it(block: int) -> None:
    found = explore(prefixes(2, 1, block, warm_ip=1, pods=2 * block))
    for pods, answer in found.at_rest.items():
        assert answer.value == noted_at_rest(1, block, 2, 1, 2 * block, pods)


@pytest.mark.parametrize(("enis", "slots", "block"), [(3, 1, 2), (3, 1, 3), (2, 2, 2), (4, 1, 2)])
@pytest.mark.parametrize("warm", [1, 2, 3])
@pytest.mark.parametrize("minimum", [0, 3])
def test_put_right_the_form_holds(
    enis: int, slots: int, block: int, warm: int, minimum: int
) -> None:
    for peak in (enis * slots * block // 2, enis * slots * block):
        model = prefixes(enis, slots, block, warm_ip=warm, minimum=minimum, pods=peak)
        found = explore(model)
        assert list(found.at_rest) == list(range(peak + 1))
        for pods, answer in found.at_rest.items():
            assert answer.value == most_at_rest_in_prefix_mode(model, peak, pods)


def test_the_daemon_itself_keeps_such_enis() -> None:
    """The smallest case, run in the reference model until it is at rest: 5 addresses, not 4."""
    env = {"ENABLE_PREFIX_DELEGATION": "true", "WARM_IP_TARGET": "1"}
    runner = Runner(small_node(3, 1, env, block=2))
    runner.start()
    for number in range(6):
        runner.add_pod(Pod(PodKey(f"p{number}"), name=f"ns/p{number}"))
        runner.tick()
        runner.tick()
    assert len(runner.sandboxes) == 6
    for number in range(1, 6):
        runner.delete_pod(PodKey(f"p{number}"))
    reserved = []
    for _ in range(40):
        runner.advance(LONG)
        runner.tick()
        runner.reconcile()
        reserved.append(runner.ec2.reserved())
    assert set(reserved[-20:]) == {5}
    assert noted_at_rest(1, 2, 3, 1, 6, 1) == 4
    assert [len(eni.prefixes) for eni in runner.ec2.enis] == [1, 0, 0]
