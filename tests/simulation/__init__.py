"""Tests of `ipam_model.simulation` and `ipam-model simulate`."""
