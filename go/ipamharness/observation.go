package ipamharness

// Observation is what is there after an event. The order of cards, ENIs and CIDRs is free.
type Observation struct {
	// Stopped: the daemon does not run. While it does not, nothing else is compared.
	Stopped bool
	// Cards are needed at every precision.
	Cards []Card
	// ENIs are needed at [PerENI] and [Exact].
	ENIs []ENI
}

// Card is the statistics of the store of a network card.
type Card struct {
	// Card is its index.
	Card int `json:"card"`
	// ENIs is their number.
	ENIs int `json:"enis"`
	// Total addresses in the pool as the daemon counts them, without ENIs' primary addresses.
	Total int `json:"total"`
	// Assigned addresses.
	Assigned int `json:"assigned"`
	// Cooling addresses: a pod left them less than a cooldown ago.
	Cooling int `json:"cooling"`
}

// ENI is one of the store.
type ENI struct {
	// ID is needed if [Exact].
	ID string `json:"id,omitempty"`
	// Card is the index of its network card.
	Card int `json:"card"`
	// Primary: it came with the instance.
	Primary bool `json:"primary"`
	// Total addresses in its CIDRs.
	Total int `json:"total"`
	// Assigned addresses.
	Assigned int `json:"assigned"`
	// Cooling addresses.
	Cooling int `json:"cooling"`
	// CIDRs are needed if [Exact].
	CIDRs []CIDR `json:"cidrs"`
}

// CIDR is an address or a prefix of an ENI.
type CIDR struct {
	// CIDR such as 10.0.0.16/28; a bare address is a /32.
	CIDR string `json:"cidr"`
	// Assigned is the pod by address.
	Assigned map[string]string `json:"assigned,omitempty"`
	// Cooling addresses.
	Cooling []string `json:"cooling,omitempty"`
}
