"""The procedures of v1.7.0 where they are not today's (H1-H27).

| file | procedure |
|---|---|
| `init` | start and restart |
| `recovery` | assignments from the container runtime instead of the checkpoint file |
| `pool` | the pool update, which uses `growth` and `shrink` |
| `reconcile` | comparison with IMDS |
| `pods` | pod add and delete |
| `setup` | set-up of an ENI |
| `measure` | the predicates, without max pods and over one store |

There is one store, that of card 0, for all ENIs the instance has. Source lines in this package are
those of v1.7.0.
"""
