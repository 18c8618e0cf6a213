"""A program that serves one subject with a bug: `python -m tools.detection.served KIND ID`."""

import sys

from ipam_model.conformance.subject import Kind
from ipam_model.conformance.wire.serve import serve
from tools.detection.subjects import factory_of


def main() -> int:
    """Serve it until the end."""
    kind, bug = sys.argv[1:]
    return serve(factory_of(Kind(kind), bug))


if __name__ == "__main__":
    sys.exit(main())
