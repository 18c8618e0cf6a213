package vectors

// What this package calls what the vectors ask.
var decisions = map[string]func(in inputs) any{
	"max_enis": func(in inputs) any { return maxENIs(in.n("eni_limit"), in.n("max_eni")) },
	"usable_addresses": func(in inputs) any {
		if in.is("prefix_mode") {
			return in.n("slots") * in.n("block")
		}
		return in.n("slots")
	},
	"free_slots": func(in inputs) any { return max(in.n("slots")-in.n("cidrs"), 0) },
	"has_room": func(in inputs) any {
		return in.n("enis") < in.n("limit")-in.n("unmanaged")-in.n("trunk_slot")
	},
	"trunk_slot": func(in inputs) any {
		if in.is("pod_eni") && in.is("trunk_compatible") && in.is("first_card") && !in.is("has_trunk") {
			return 1
		}
		return 0
	},
	"warm_ip_defined": func(in inputs) any { return in.n("warm") != 0 || in.n("minimum") != 0 },
	"missing":         missingOf,
	"short_addresses": missingOf,
	"short_prefixes":  func(in inputs) any { return ceilDiv(missingOf(in).(int), in.n("block")) },
	"surplus": func(in inputs) any {
		return surplus(in.n("warm"), in.n("minimum"), in.n("total"), in.n("available"))
	},
	"over_prefixes": func(in inputs) any {
		return overPrefixes(in.n("warm"), in.n("minimum"), in.n("assigned"), in.n("free_prefixes"),
			in.n("allocated_prefixes"), in.n("block"))
	},
	"too_low":      func(in inputs) any { return in.n("total") < in.n("max_pods") && unmet(in) },
	"target_unmet": func(in inputs) any { return unmet(in) },
	"prefixes_needed": func(in inputs) any {
		if in.is("warm_ip") {
			return max(in.n("short"), 1)
		}
		return max(in.n("warm_prefix")-in.n("free_prefixes"), 1)
	},
	"new_eni_size": func(in inputs) any {
		return newENISize(in.is("prefix_mode"), in.is("warm_ip"), in.n("needed_prefixes"),
			in.n("short"), in.n("slots"))
	},
	"wanted_addresses": func(in inputs) any {
		if in.is("warm_ip") {
			return in.n("short")
		}
		return in.n("slots")
	},
	"extension_size": func(in inputs) any { return min(in.n("free"), in.n("wanted")) },
	"growable": func(in inputs) any {
		return !(in.is("custom_networking") && in.is("primary")) && !in.is("trunk") &&
			!in.is("excluded") && in.n("free_slots") > 0
	},
	"enis_frozen": func(in inputs) any {
		return in.is("terminating") || (in.is("cordoned") && !in.is("manage_anyway"))
	},
	"enough_attached": func(in inputs) any {
		least := 1
		if in.is("prefixes") {
			least = leastPartialPrefix
		}
		return in.n("shown") >= min(in.n("wanted"), least)
	},
	"backing_off": func(in inputs) any { return in.n("now")-in.n("last_insufficient") <= insufficientPause },
	"too_high": func(in inputs) any {
		return tooHigh(in.is("warm_ip"), in.n("over"), in.is("prefix_mode"), in.n("free_prefixes"),
			in.n("warm_prefix"))
	},
	"release_size": func(in inputs) any {
		return releaseSize(in.is("warm_ip"), in.n("over"), in.is("prefix_mode"),
			in.n("free_prefixes"), in.n("warm_prefix"))
	},
	"wants_fewer_enis": func(in inputs) any {
		return in.is("warm_ip") || in.n("available") >= (in.n("target")+1)*in.n("addresses_per_eni") ||
			(in.is("prefix_mode") && in.is("some_eni_without_pods"))
	},
	"deletable": func(in inputs) any {
		return !in.is("protected") && !in.is("too_young") && !in.is("cooling") &&
			!in.is("has_pods") && in.is("enough_left")
	},
	"keeps_warm": func(in inputs) any {
		return keeps(in.n("warm"), in.is("prefix_mode"), in.n("others_available"), in.n("block"))
	},
	"keeps_minimum": func(in inputs) any {
		return keeps(in.n("minimum"), in.is("prefix_mode"), in.n("others_total"), in.n("block"))
	},
	"keeps_free_cidrs": func(in inputs) any {
		return keepsFreeCIDRs(in.n("warm_prefix"), in.is("prefix_mode"), in.n("others_free_cidrs"))
	},
	"in_whole_prefixes": func(in inputs) any {
		return inWholePrefixes(in.n("target"), in.is("prefix_mode"), in.n("block"))
	},
	"enough_without": func(in inputs) any {
		return keeps(in.n("warm"), in.is("prefix_mode"), in.n("others_available"), in.n("block")) &&
			keeps(in.n("minimum"), in.is("prefix_mode"), in.n("others_total"), in.n("block")) &&
			keepsFreeCIDRs(in.n("warm_prefix"), in.is("prefix_mode"), in.n("others_free_cidrs"))
	},
	"eni_too_young":     func(in inputs) any { return in.n("now")-in.n("created") < eniMinimumLife },
	"release_allowed":   func(in inputs) any { return in.n("now")-in.n("last_decrease") > shrinkInterval },
	"cooling":           func(in inputs) any { return in.n("now")-in.n("unassigned") <= in.n("period") },
	"recently_released": func(in inputs) any { return in.n("now") < in.n("expiry") },
	"reconcile_due": func(in inputs) any {
		return in.n("now")-in.n("last_pool_action") > reconcileInterval || in.is("awaiting_trunk")
	},
	"managed": func(in inputs) any {
		return managed(in.is("primary"), in.is("no_manage_present"), in.is("no_manage_true"),
			in.is("tagged_own"), in.is("manage_untagged"))
	},
	"card_managed": func(in inputs) any {
		if !in.is("multi_nic") {
			return in.is("first_card")
		}
		return !in.is("has_efa_only") || in.is("has_other_managed")
	},
	"for_other_clusters_only": func(in inputs) any {
		return in.is("cluster_named") && in.is("has_cluster_tags") && !in.is("has_own_tag")
	},
	"subnet_excluded": func(in inputs) any {
		return in.is("listed") && !in.is("role_empty") &&
			(in.is("role_zero") || in.is("for_other_clusters_only"))
	},
	"subnet_valid": func(in inputs) any {
		if in.is("role_empty") {
			return in.is("of_primary")
		}
		return !in.is("role_zero") && !in.is("for_other_clusters_only")
	},
}

func missingOf(in inputs) any {
	return missing(in.n("warm"), in.n("minimum"), in.n("total"), in.n("available"))
}

func unmet(in inputs) bool {
	return targetUnmet(in.is("warm_ip"), in.n("short"), in.n("available"), in.n("target"), in.n("unit"))
}
