"""How fast the model is, measured against something named. See README.md.

| file | part |
|---|---|
| `suite` | the benchmarks by name |
| `workload` | pod events, ticks and reconciles on one warm node |
| `traces` | the trace checker |
| `imports` | import times |
| `measuring` | runs, medians, and the figures to compare with |
| `yardstick` | a plain loop that tells machines apart |
| `report` | table and JSON |
"""
