"""Everything that is said about a node, in one record."""

from attrs import frozen

from ipam_model.inspection.checkpoint import StoredAssignments
from ipam_model.inspection.contradictions import Contradiction, contradictions
from ipam_model.inspection.explanation import CardReport, explain
from ipam_model.inspection.forecast import Forecast, forecast
from ipam_model.inspection.introspection import Observation
from ipam_model.inspection.reconstruction import reconstruct
from ipam_model.inspection.restart import RestartReport, restart
from ipam_model.nodes import NodeSetup
from ipam_model.settings import Mode


@frozen(kw_only=True)
class Ipv6Report:
    """An IPv6 CIDR: only shown."""

    card: int
    eni: str
    cidr: str
    assigned: int


@frozen(kw_only=True)
class NodeReport:
    """A node explained."""

    contradictions: tuple[Contradiction, ...]
    cards: tuple[CardReport, ...]
    ipv6: tuple[Ipv6Report, ...]
    forecast: Forecast | None
    """`None` if none was asked for, or the loop does not run (IPv6, R70)."""
    restart: RestartReport | None
    """With a checkpoint file only."""
    assumptions: tuple[str, ...]

    @property
    def violated(self) -> bool:
        """Whether an invariant of the daemon does not hold."""
        exits = self.restart is not None and self.restart.exits is not None
        return exits or any(each.invariant for each in self.contradictions)


def report(
    observation: Observation,
    setup: NodeSetup,
    at: int,
    *,
    passes: int = 60,
    cordoned: bool = False,
    stored: StoredAssignments | None = None,
) -> NodeReport:
    """Explain what a node showed at the instant `at`, in milliseconds since 1970.

    Raises `InputError` if the output is not complete or newer than `at`.
    """
    state = reconstruct(observation, setup, at, cordoned=cordoned)
    loops = setup.config.mode is not Mode.IPV6
    return NodeReport(
        contradictions=contradictions(observation, setup),
        cards=explain(state),
        ipv6=tuple(
            Ipv6Report(card=card.card, eni=eni, cidr=cidr.network, assigned=cidr.assigned)
            for card in observation.cards
            for eni, cidr in card.ipv6
        ),
        forecast=forecast(state.world, passes) if passes and loops else None,
        restart=restart(state, stored) if stored is not None else None,
        assumptions=state.assumptions,
    )
