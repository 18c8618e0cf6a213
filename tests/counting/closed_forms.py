"""Closed forms of the counting model without max pods.

They were found and checked with other tools; here they are a second opinion on the explorers.
"""

from ipam_model.counting.model import CountingModel


def ceil(value: int, unit: int) -> int:
    return -(-value // unit)


def most_reserved(model: CountingModel, peak: int) -> int:
    """Q1 in secondary-address mode, with peak `peak`."""
    enis, per_eni = model.targets.max_enis, model.targets.slots
    warm, minimum = model.targets.warm_ip, model.targets.minimum
    if warm or minimum:
        target = max(peak + warm, minimum) if warm else minimum
        addresses = min(target, enis * per_eni)
        return addresses + max(1, ceil(addresses, per_eni))
    attached = min(enis, model.targets.warm_eni + ceil(peak, per_eni))
    return attached * (per_eni + 1)


def most_at_rest(model: CountingModel, peak: int, pods: int) -> int:
    """Q2 in secondary-address mode: at rest with `pods` pods after a peak of `peak`."""
    enis, per_eni = model.targets.max_enis, model.targets.slots
    warm, minimum = model.targets.warm_ip, model.targets.minimum
    if warm:
        most = min(max(peak + warm, minimum), enis * per_eni)
        now = min(max(pods + warm, minimum), enis * per_eni)
        return now + min(max(1, ceil(most, per_eni)), 1 + now)
    if minimum:
        return most_reserved(model, peak)
    attached = min(enis, model.targets.warm_eni + ceil(peak, per_eni))
    return min(attached, max(model.targets.warm_eni + ceil(pods, per_eni), pods + 1)) * (
        per_eni + 1
    )


def most_at_rest_in_prefix_mode(model: CountingModel, peak: int, pods: int) -> int:
    """Q2 in prefix mode with a warm IP target and no warm prefix: the notes' form, put right.

    The notes let the others' `warm` addresses suffice for an ENI without prefixes to go. R136 asks
    for whole prefixes, and for the minimum in whole prefixes too: with less than that such ENIs
    stay, all that ever came.
    """
    targets = model.targets
    block, warm, minimum = targets.block, targets.warm_ip, targets.minimum
    capacity = targets.max_enis * targets.slots
    most = min(capacity, ceil(max(peak + warm, minimum), block))
    attached = max(1, ceil(most, targets.slots))
    least = min(capacity, max(ceil(pods + warm, block), ceil(minimum, block)))
    answers = []
    for held in range(least, max(least, min(pods, most)) + 1):
        enough = held >= ceil(minimum, block) and (held * block - pods >= ceil(warm, block) * block)
        answers.append(held * block + (min(attached, 1 + held) if enough else attached))
    return max(answers)
