"""Which procedures make up the daemon of a version."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from attrs import frozen

from ipam_model.config import Config, Version
from ipam_model.daemon import article, init, pods, pool, reconcile
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Procedure
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.daemon.v1_7 import init as init_v1_7
from ipam_model.daemon.v1_7 import pods as pods_v1_7
from ipam_model.daemon.v1_7 import pool as pool_v1_7
from ipam_model.daemon.v1_7 import reconcile as reconcile_v1_7
from ipam_model.rules import timing
from ipam_model.state import Node, Pod, PodKey


class Add(Protocol):
    """AddNetwork."""

    def __call__(
        self, config: Config, node: Node, now: int, pod: Pod, /, *, multi: bool = False
    ) -> Procedure[tuple[PodReply, Node]]:
        """Serve `pod`; `multi` = it asks for an address on every managed card."""


@frozen(kw_only=True)
class Daemon:
    """The procedures of one version: everything a `Runner` runs on its behalf."""

    start: Callable[[Config, int], Procedure[Started | Exited]]
    add: Add
    delete: Callable[[Config, Node, int, PodKey], Procedure[tuple[PodReply, Node]]]
    update_pool: Callable[[Config, Node, int], Procedure[tuple[tuple[Decision, ...], Node]]]
    reconcile: Callable[[Config, Node, int], Procedure[tuple[Reconciled, Node]]]
    heeds_cordon: bool = True
    """A cordoned node neither grows nor frees ENIs (R51)."""
    heeds_max_pods: bool = True
    """No more is fetched once as many addresses as max pods are owned (R80, H3)."""
    insufficient_backoff: int = timing.INSUFFICIENT_BACKOFF
    """Milliseconds for which a shortage of the subnet makes growth wait (R96, H8)."""
    await_trunk: Callable[[Config, Node, int], Procedure[Node]] = pool.await_trunk
    """One look of the loop in IPv6 mode, which no version before v1.10 has."""


DAEMONS: Final[Mapping[Version, Daemon]] = {
    Version.V1_23: Daemon(
        start=init.start,
        add=pods.add,
        delete=pods.delete,
        update_pool=pool.update_pool,
        reconcile=reconcile.reconcile,
    ),
    Version.V1_7: Daemon(
        start=init_v1_7.start,
        add=pods_v1_7.add,
        delete=pods_v1_7.delete,
        update_pool=pool_v1_7.update_pool,
        reconcile=reconcile_v1_7.reconcile,
        heeds_cordon=False,
        heeds_max_pods=False,
        insufficient_backoff=0,
    ),
    Version.ARTICLE_2021: Daemon(
        start=article.start,
        add=article.add,
        delete=pods.delete,
        update_pool=article.update_pool,
        reconcile=reconcile.reconcile,
        heeds_max_pods=False,
    ),
}
"""Every modelled version."""
