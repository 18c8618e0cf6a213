"""The counting model: per ENI, how many CIDRs hold how many pods, and nothing else.

It forgets which address is whose, time, EC2's answers and the daemon's memory of them. What is
left is small enough to exhaust (`explorer`, `fast`) and to reason about for all limits at once. Its
decisions are the formulas of `ipam_model.rules`, put together once in `decisions`; `abstraction`
says what each step of the reference model is here.
"""
