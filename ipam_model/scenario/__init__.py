"""Scenario documents, `ipam-scenario/1`: a node and what happens to it, read, run, recorded, shown.

| module | what it is |
|---|---|
| `document` | the records, one for each object of the JSON text |
| `schema`, `reading` | the published schema; from text |
| `writing` | to text, in the one canonical form |
| `setup` | between documents and the model's world, in both directions |
| `meaning` | complaints about what fits the schema and makes no sense |
| `prescription`, `happening`, `running` | what an event prescribes; what events do; running them |
| `differences`, `recording` | from any run of a `Runner` to a scenario |
| `tables` | what a replay shows |

Only `reading` needs the packages of the extra `scenarios`.
"""
