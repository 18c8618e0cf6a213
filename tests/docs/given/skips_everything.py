"""Answers test vectors as an implementation does that has none of it yet."""

import json
import sys

for line in sys.stdin:
    answer = {"id": json.loads(line)["id"], "skipped": "not yet"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
