package ipamharness

// Protocol is the version of the protocol that this package speaks.
const Protocol = "ipam-subject/1"

// Precision is how much an implementation's observations show, and how precisely they are compared.
type Precision string

const (
	// Counts are numbers per network card.
	Counts Precision = "counts"
	// PerENI are numbers of every ENI, whatever it is called.
	PerENI Precision = "per-eni"
	// Exact is every ENI by its id, every CIDR, every address with its pod.
	Exact Precision = "exact"
)

// Calls says which of its requests a daemon makes to the kit.
type Calls string

const (
	// CallsChanges means that the daemon asks its [Cloud] for everything it wants of EC2; what
	// changes EC2 is compared with the model's. The zero value means the same.
	CallsChanges Calls = "changes"
	// CallsNone means that the daemon has an EC2 of its own, and is told of faults and of what
	// others do there by [Outside] events.
	CallsNone Calls = "none"
)

// Feature is something that an implementation may lack; plans then do without.
type Feature string

const (
	// PrefixDelegation: pods get addresses of prefixes.
	PrefixDelegation Feature = "prefix-delegation"
	// Restart: start again, from the checkpoint.
	Restart Feature = "restart"
	// Reconciliation: compare the store with EC2, and with what others change there.
	Reconciliation Feature = "reconcile"
	// Faults: calls of EC2 that fail.
	Faults Feature = "faults"
	// Cordoning: neither grow nor shrink on a cordoned node.
	Cordoning Feature = "cordon"
	// WarmENIZero: WARM_ENI_TARGET=0 without another target.
	WarmENIZero Feature = "warm-eni-zero"
	// SeveralCards: instances with several network cards.
	SeveralCards Feature = "several-cards"
	// IPv6: nodes whose pods have IPv6 addresses.
	IPv6 Feature = "ipv6"
	// V17: the daemon of v1.7.0.
	V17 Feature = "v1.7"
	// BranchENIs: trunk ENIs, and pods that ask for a branch ENI.
	BranchENIs Feature = "branch-enis"
	// CustomNetworking: pods that live in the subnet of an ENIConfig.
	CustomNetworking Feature = "custom-networking"
	// NoProvisioning: DISABLE_NETWORK_RESOURCE_PROVISIONING, nothing is fetched or given back.
	NoProvisioning Feature = "no-provisioning"
	// IMDSLag: reads the instance's metadata where the model does, and they may be behind.
	IMDSLag Feature = "imds-lag"
	// ReadFaults: reads what the model reads, in the same order, and reads may fail.
	ReadFaults Feature = "read-faults"
	// Host: calls of its host fail when it is told so, such as that which writes the checkpoint;
	// and sandboxes vanish while it is down.
	Host Feature = "host"
	// PodsMeanwhile: pods come and go while a call of the [Cloud] is pending, which one
	// goroutine at a time makes; see [Daemon].
	PodsMeanwhile Feature = "pods-meanwhile"
)

// Capabilities is what an implementation can do, and how much it tells.
type Capabilities struct {
	// Name is what reports call it.
	Name string
	// Version of the implementation.
	Version string
	// Source is the address of its repository, Issues that of its issue tracker; both may be empty.
	Source, Issues string
	// Precision of its observations. Needed.
	Precision Precision
	// Calls of a daemon; of a datastore it means nothing.
	Calls Calls
	// Features that it has.
	Features []Feature
}

// Reply is what the caller of an event is told, {} if nobody waits for a reply.
//
// "success" (of a start: "ok") is always compared, every other key if the precision is [Exact]. So
// leave out what you do not claim.
type Reply map[string]any

// Success is the reply of an event that succeeded.
func Success() Reply { return Reply{"success": true} }

// Refusal is the reply of an event that failed for a reason that has a name in the model, such as
// "NoAvailable". An empty reason is left out.
func Refusal(reason string) Reply {
	reply := Reply{"success": false}
	if reason != "" {
		reply["error"] = reason
	}
	return reply
}

// UnsupportedError is returned by an implementation that cannot do what it is asked for. The run is
// skipped; any other error fails it.
type UnsupportedError struct {
	// Message says what it cannot do.
	Message string
	// IssueURL is where that is discussed; may be empty.
	IssueURL string
}

func (e *UnsupportedError) Error() string { return "unsupported: " + e.Message }

// Unsupported is an [UnsupportedError] with this message.
func Unsupported(message string) error { return &UnsupportedError{Message: message} }
