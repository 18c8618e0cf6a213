"""A pass over what is known covers every pass of the counting model: nothing legal is refused."""

from hypothesis import assume, given
from hypothesis import strategies as st

from ipam_model.counting.decisions import Targets
from ipam_model.counting.model import CountingModel, Kind, State, pods_on
from ipam_model.partial.decisions import Decider
from ipam_model.partial.passes import NEVER, Moment, Node, Pods, Span, passes
from ipam_model.partial.passes import State as Known
from ipam_model.partial.shape import Shape, Size, Sizes, Sums

BLOCK = 3


@st.composite
def models(draw: st.DrawFn) -> CountingModel:
    prefix_mode = draw(st.booleans())
    return CountingModel(
        targets=Targets(
            prefix_mode=prefix_mode,
            warm_ip=draw(st.integers(0, 4)),
            minimum=draw(st.integers(0, 5)),
            warm_eni=draw(st.integers(0, 2)),
            warm_prefix=draw(st.integers(0, 2)),
            max_enis=draw(st.integers(1, 3)),
            slots=draw(st.integers(1, 3)),
            block=BLOCK if prefix_mode else 1,
        ),
        max_pods=draw(st.none() | st.integers(1, 12)),
    )


@st.composite
def reached(draw: st.DrawFn) -> tuple[CountingModel, State]:
    """A model, and a state that steps lead to."""
    model = draw(models())
    state = model.initial
    for _ in range(draw(st.integers(0, 12))):
        steps = list(model.transitions(state))
        if not steps:
            break
        state = draw(st.sampled_from(steps)).after
    return model, state


def _sums(state: State) -> Sums:
    attached = [eni for eni in state if eni is not None]
    return Sums(len(attached), sum(map(sum, attached)))


def _sizes(state: State) -> Sizes:
    return Sizes(
        tuple(
            sorted(
                Size(sum(eni), grows=True, goes=position > 0)
                for position, eni in enumerate(state)
                if eni is not None
            )
        )
    )


def _of_a_pass(model: CountingModel, state: State) -> set[State]:
    """Where a tick may lead: growth or a release or neither, then an ENI freed or not."""
    first = {state} | {step.after for step in model.pool_steps(state) if step.kind is not Kind.FREE}
    freed = {
        step.after
        for middle in first
        for step in model.pool_steps(middle)
        if step.kind is Kind.FREE
    }
    return first | freed


@given(reached(), st.booleans(), st.integers(0, 2), st.integers(0, 2))
def test_every_pass_of_the_counting_model_is_covered(
    case: tuple[CountingModel, State], known_sizes: bool, fewer: int, more: int
) -> None:
    model, state = case
    pods = sum(pods_on(eni) for eni in state if eni is not None)
    # Cordoned or not, old or young, a release before or not: as the counting model knows no time.
    node = Node(decider=Decider(model), may_be_cordoned=True, several_cards=True)
    moment = Moment(
        when=Span(0, 0),
        measured=Pods(max(0, pods - fewer), pods + more),
        later=Pods(max(0, pods - fewer), pods + more),
        nothing_cools=False,
        cordoned=None,
    )
    shape: Shape = _sizes(state) if known_sizes else _sums(state)
    never = Span(NEVER, 0)
    steps = list(passes(node, Known(shape, never, never), moment))
    covered = {Sums(step.after.shape.enis, step.after.shape.cidrs) for step in steps}
    exact = {step.after.shape for step in steps}
    for after in _of_a_pass(model, state):
        assert _sums(after) in covered
        if known_sizes:
            assert _sizes(after) in exact or _sums(after) in exact


@given(reached())
def test_what_has_to_happen_happens(case: tuple[CountingModel, State]) -> None:
    """Where nothing can rest, a pool that is too low does not stay as it is if it has room."""
    model, state = case
    pods = sum(pods_on(eni) for eni in state if eni is not None)
    growth = {Kind.EXTEND, Kind.ATTACH}
    assume(any(step.kind in growth for step in model.pool_steps(state)))
    exactly = Pods(pods, pods)
    moment = Moment(
        when=Span(0, 0), measured=exactly, later=exactly, nothing_cools=False, cordoned=None
    )
    never = Span(NEVER, NEVER)
    node = Node(decider=Decider(model))
    steps = list(passes(node, Known(_sizes(state), never, never), moment))
    assert steps
    assert all(step.after.shape != _sizes(state) for step in steps)
