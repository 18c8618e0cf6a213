"""What is not modelled, with the reason."""

from ipam_model.catalogue import Kind, note

note(
    "R118",
    Kind.OUT_OF_SCOPE,
    "A plugin of another version than the daemon is refused with a gRPC error.",
    source="rpc:317-322",
    reason="transport between plugin and daemon; the pool is not touched",
)
