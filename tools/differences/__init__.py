"""First uses of `ipam-model diff`, for `docs/diff.md`."""
