"""Recorded behaviour of the real daemon (`ipam-trace/1`) against the model.

| file | part |
|---|---|
| `document` | the file format: lines in, checked events out |
| `snapshot` | recorded and modelled state in one comparable form |
| `record` | a `Runner` whose answers and choices come from the record |
| `events` | what each kind of event does |
| `check` | the verdict on a trace |
"""
