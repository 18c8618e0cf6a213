"""The fast explorer: the plain one's answers from compiled loops over tables.

`tables` has the daemon's formulas fill arrays, `kernel` walks from table entry to table entry
(compiled by numba), `search` drives it. The plain explorer is its oracle.

Needs numba and numpy, the extra `fast`; importing this package without them raises `InputError`.
"""

from ipam_model.extras import missing_extra

try:
    import numba as _numba  # noqa: F401 - only to see whether it is there
except ImportError as error:
    raise missing_extra("numba", "fast") from error

from ipam_model.counting.fast.search import explore

__all__ = ["explore"]
