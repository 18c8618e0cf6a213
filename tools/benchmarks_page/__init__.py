"""The page about benchmarks: what was measured last, against goals and other tools.

| module | what it does |
|---|---|
| `__main__` | the command: measure, write, check |
| `alternatives` | what other tools gave for the same questions, and where that is from |
| `chart` | the picture |
| `page` | the page |
"""
