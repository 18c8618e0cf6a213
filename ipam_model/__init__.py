"""Executable specification of how a cloud node's IP address manager behaves."""

__version__ = "0.1.0"
MODELS = "amazon-vpc-cni-k8s v1.23.1 and v1.7.0"
"""The upstream releases that are modelled."""
