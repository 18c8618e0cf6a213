"""The policy that the article describes, beside the daemon's.

| module | what it is |
|---|---|
| `ledger` | a store as the article counts it, and the next step of growth or release |
| `pool` | start and pool update, which take those steps |
| `pods` | AddNetwork, which holds the standby ENI back |

Everything else is the daemon's: setting ENIs up, restart, reconcile, DelNetwork, failing calls.
"""

from ipam_model.daemon.article.pods import add
from ipam_model.daemon.article.pool import start, update_pool

__all__ = ["add", "start", "update_pool"]
