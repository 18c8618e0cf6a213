"""Recorded behaviour of the real daemon (`ipam-trace/1`) against the model.

| file | part |
|---|---|
| `document` | the file format: lines in, typed fields out |
| `dialect` | what traces of each version of the daemon show |
| `snapshot` | recorded and modelled state in one comparable form |
| `calls`, `results`, `replies` | calls, their results and replies as a trace names them |
| `grants` | EC2's own choices, taken from the record |
| `record` | a `Runner` whose answers and choices come from the record |
| `events` | what each kind of event does |
| `check` | the verdict on a trace |
| `write` | the other way: a simulated daemon writes a trace |
"""
