"""Subjects in other processes, written in whatever language: the protocol `ipam-subject/1`.

| module | what it is |
|---|---|
| `protocol` | names, limits and published schemas |
| `lines` | a message as a line of text |
| `calls` | requests to EC2 and their answers as JSON |
| `messages` | everything else that is said, as JSON |
| `process` | a child process: time-outs, bounded reading, nothing left running |
| `remote_subject` | a subject on the other side of a process |
| `serve` | the other side, for subjects in Python |
| `smoke` | a dozen fixed steps that tell a wrong harness from a wrong implementation |
"""
