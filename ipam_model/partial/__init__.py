"""What little a real node shows, against the model: partial observations, followed as a stream.

| file | part |
|---|---|
| `sample` | one observation: a few numbers at an instant |
| `statistics`, `introspection`, `log` | the three kinds of streams, read |
| `reading` | opening one |
| `shape` | what is known of the sizes of ENIs |
| `decisions` | what is decided where numbers are known within bounds |
| `passes` | one pass of the loop over what is known |
| `memory` | what two snapshots say of single addresses |
| `follow` | the judge: the set of states that explain what was seen |
| `thinning` | partial observations out of a full recording, for experiments |
"""
