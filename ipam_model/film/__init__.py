"""A run as a film: frame by frame what a node holds, and what the daemon did.

| module | question it answers |
|---|---|
| `frames` | what is a film? |
| `cells` | what does each slot of each ENI hold, and in which state is it? |
| `shutter` | which rules fired since the last frame? |
| `taking` | how does a step of a run become a frame? |
| `of_scenario`, `of_simulation`, `of_recording`, `of_sides` | films of the four kinds of run |
| `cutting` | what becomes of a film that is too long? |
| `encoding` | the same as JSON, each frame as its difference from the one before |

A film decides nothing and computes no number of its own: its quantities are those of
`ipam_model.quantities`, its cells are read off EC2's truth and the daemon's store.
"""
