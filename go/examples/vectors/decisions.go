// Package vectors decides as ipamd does, in ordinary Go, and is tested with the
// decision vectors of ipam_model. It is an example of how to use them.
package vectors

const (
	eniMinimumLife     = 60_000
	shrinkInterval     = 30_000
	insufficientPause  = 120_000
	reconcileInterval  = 60_000
	leastPartialPrefix = 2
)

func ceilDiv(a, b int) int { return (a + b - 1) / b }

func maxENIs(limit, maxENI int) int {
	if maxENI >= 1 && maxENI < limit {
		return maxENI
	}
	return limit
}

func missing(warm, minimum, total, available int) int {
	return max(warm-available, minimum-total, 0)
}

func surplus(warm, minimum, total, available int) int {
	return max(min(available-warm, total-minimum), 0)
}

func overPrefixes(warm, minimum, assigned, free, allocated, block int) int {
	forWarm := allocated - ceilDiv(assigned+warm, block)
	forMinimum := allocated - ceilDiv(minimum, block)
	return max(min(free, forWarm, forMinimum), 0)
}

func targetUnmet(warmIP bool, short, available, target, unit int) bool {
	if warmIP {
		return short > 0
	}
	return available < target*unit || (target == 0 && available == 0)
}

func tooHigh(warmIP bool, over int, prefixMode bool, free, warmPrefix int) bool {
	if warmIP {
		return over > 0
	}
	return prefixMode && free > warmPrefix
}

func releaseSize(warmIP bool, over int, prefixMode bool, free, warmPrefix int) int {
	switch {
	case warmIP:
		return over
	case prefixMode:
		return max(free-warmPrefix, 0)
	}
	return 0
}

func newENISize(prefixMode, warmIP bool, needed, short, slots int) int {
	switch {
	case prefixMode:
		return min(needed, slots)
	case warmIP:
		return min(short, slots)
	}
	return slots
}

func inWholePrefixes(target int, prefixMode bool, block int) int {
	if prefixMode {
		return ceilDiv(target, block) * block
	}
	return target
}

func keeps(target int, prefixMode bool, others, block int) bool {
	return target == 0 || others >= inWholePrefixes(target, prefixMode, block)
}

func keepsFreeCIDRs(warmPrefix int, prefixMode bool, others int) bool {
	return !prefixMode || warmPrefix == 0 || others >= warmPrefix
}

func managed(primary, noManage, noManageTrue, own, manageUntagged bool) bool {
	if primary {
		return true
	}
	if noManage {
		return !noManageTrue
	}
	return own || manageUntagged
}
