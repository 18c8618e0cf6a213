package ipamharness

import "encoding/json"

// Datastore is the book-keeping of an address manager. Its methods are called one at a time.
type Datastore interface {
	// Capabilities are the same at any time.
	Capabilities() Capabilities
	// Reset forgets everything and begins anew with an empty store, without a checkpoint.
	Reset(setup DatastoreSetup) error
	// Apply lets an event happen. The error is nil if the event is refused: that is a [Reply].
	Apply(event DatastoreEvent) (Reply, error)
	// Observe tells what is there now, as precisely as the capabilities promise.
	Observe() (Observation, error)
}

// DatastoreSetup is the settings of an empty store.
type DatastoreSetup struct {
	// PrefixDelegation: pods get addresses of prefixes (/28), not single ones (/32). CIDRs of both
	// kinds may be there.
	PrefixDelegation bool `json:"prefix_delegation"`
	// CooldownMS is how long an address rests after its pod left, in milliseconds: a multiple of
	// 1000.
	CooldownMS int `json:"cooldown_ms"`
	// Card is the index of the network card.
	Card int `json:"card"`
}

// DatastoreEvent is what can be done to a store: one of [AddENI], [ExcludeENI], [AddCIDR],
// [DelCIDR], [Assign], [Unassign], [RemoveENI], [RemoveUnusedENI], [Stats], [Freeable], [Advance]
// and [Recover]. Answer [Unsupported] to a kind that you do not know.
type DatastoreEvent interface{ datastoreEvent() }

// AddENI: an ENI enters the store, without CIDRs. Its age counts from here.
// Refusal: DuplicateENI.
type AddENI struct {
	ENI      string `json:"eni"`
	Device   int    `json:"device"`
	Primary  bool   `json:"primary"`
	Trunk    bool   `json:"trunk"`
	EFA      bool   `json:"efa"`
	Excluded bool   `json:"excluded"`
}

// ExcludeENI: an ENI no longer serves pods, or does again. What its pods have they keep.
// Refusal: UnknownENI.
type ExcludeENI struct {
	ENI      string `json:"eni"`
	Excluded bool   `json:"excluded"`
}

// AddCIDR: an address (/32) or prefix (/28) enters. Refusals: UnknownENI, DuplicateCIDR.
type AddCIDR struct {
	ENI  string `json:"eni"`
	CIDR string `json:"cidr"`
}

// DelCIDR: an address or prefix leaves. Refusals: UnknownENI, UnknownCIDR, CIDRInUse.
type DelCIDR struct {
	ENI   string `json:"eni"`
	CIDR  string `json:"cidr"`
	Force bool   `json:"force"`
}

// Assign: a pod sandbox gets an address, or again the one that it has. Its reply has also "ip" and
// "device". Refusal: NoAvailable.
type Assign struct {
	Pod string `json:"pod"`
}

// Unassign: a pod sandbox gives its address back. Its reply has also "ip" and "device".
// Refusal: UnknownPod.
type Unassign struct {
	Pod string `json:"pod"`
}

// RemoveENI: an ENI leaves by name. Refusals: UnknownENI, ENIInUse.
type RemoveENI struct {
	ENI   string `json:"eni"`
	Force bool   `json:"force"`
}

// RemoveUnusedENI: any one ENI that may go does, if there is one. Its reply has also "eni", its id
// or nil. Refusal: NoDeletableENI. A target of 0 is not set.
type RemoveUnusedENI struct {
	WarmIP     int `json:"warm_ip"`
	MinimumIP  int `json:"minimum_ip"`
	WarmPrefix int `json:"warm_prefix"`
}

// Stats: the statistics are asked for. Its reply has also "total", "assigned" and "cooling" (of the
// CIDRs of the mode's kind on ENIs that are not excluded), "prefixes" and "free_prefixes".
type Stats struct{}

// Freeable: which CIDRs of an ENI no pod uses is asked for. Its reply has also "cidrs", sorted by
// address, an address before a prefix that begins with it. Refusal: UnknownENI.
type Freeable struct {
	ENI string `json:"eni"`
}

// Recover: the daemon is gone, and a new, empty store gets the ENIs and CIDRs, then the checkpoint.
// Refusal: CheckpointAddressAlreadyAssigned; no store runs then.
type Recover struct{}

func (AddENI) datastoreEvent()          {}
func (ExcludeENI) datastoreEvent()      {}
func (AddCIDR) datastoreEvent()         {}
func (DelCIDR) datastoreEvent()         {}
func (Assign) datastoreEvent()          {}
func (Unassign) datastoreEvent()        {}
func (RemoveENI) datastoreEvent()       {}
func (RemoveUnusedENI) datastoreEvent() {}
func (Stats) datastoreEvent()           {}
func (Freeable) datastoreEvent()        {}
func (Advance) datastoreEvent()         {}
func (Recover) datastoreEvent()         {}

var datastoreEvents = map[string]func(json.RawMessage) (DatastoreEvent, error){
	"add_eni":           inDatastore[AddENI],
	"exclude_eni":       inDatastore[ExcludeENI],
	"add_cidr":          inDatastore[AddCIDR],
	"del_cidr":          inDatastore[DelCIDR],
	"assign":            inDatastore[Assign],
	"unassign":          inDatastore[Unassign],
	"remove_eni":        inDatastore[RemoveENI],
	"remove_unused_eni": inDatastore[RemoveUnusedENI],
	"stats":             inDatastore[Stats],
	"freeable":          inDatastore[Freeable],
	"advance":           inDatastore[Advance],
	"recover":           inDatastore[Recover],
}

func inDatastore[E DatastoreEvent](text json.RawMessage) (DatastoreEvent, error) {
	var event E
	err := json.Unmarshal(text, &event)
	return event, err
}
