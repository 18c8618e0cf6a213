"""Test vectors: JSON cases for projects that want no harness.

| module | what it is |
|---|---|
| `questions` | the decisions of the daemon as questions: operands, their meaning and range |
| `probing` | a logic that notes comparisons, and logics with one mistake each |
| `decisions` | decision vectors: numbers in, decision out, at both sides of each comparison |
| `states` | a state of the whole node as JSON |
| `outcomes` | every outcome of an event, as JSON |
| `steps` | step vectors: a state, an event, and what may come of it |
| `store_steps` | the same of a data store alone |
| `files` | the files of a version: read, written, copied, and their index |
| `emitting` | the files made anew from the model, byte for byte |
| `answers` | what an implementation answers, judged |
| `running` | implementations that are asked, and the report |

A vector says `must` or `may`: with `may` the daemon leaves a choice to chance, and `post` lists
every allowed outcome. Without `post` the event must be refused.
"""
