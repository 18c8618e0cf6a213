"""The harness of the sample allocator: what `ipam-model conform --exec` starts.

python examples/conformance/serve.py [Allocator | Careless]
"""

import sys

import allocator

from ipam_model.conformance.wire.serve import serve

if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else "Allocator"
    sys.exit(serve(getattr(allocator, name)))
