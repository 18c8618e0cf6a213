"""The life cycles of an address and of an ENI, seen in random stories and drawn.

| module | what it does |
|---|---|
| `__main__` | the command: pictures and `docs/life-cycles.md`, written or checked |
| `states` | in which state an address or an ENI is |
| `observing` | which state follows which in a story, and which rules fired meanwhile |
| `transitions` | which rule makes each transition, and whether what was seen agrees |
| `drawing` | the pictures |
| `page` | the page |
"""
