"""The procedures of the daemon, each a conversation with the world (see `procedure`).

| file | procedure |
|---|---|
| `init` | start and restart |
| `pool` | the pool update of every tick, which uses `growth` and `shrink` |
| `reconcile` | comparison with IMDS and EC2 |
| `pods` | pod add and delete |
| `setup`, `cleanup` | parts of the above |
| `measure` | the aggregates that the formulas of `ipam_model.rules` read |
| `datastore` | the atomic operations of the data store |
"""
