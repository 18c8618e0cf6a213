package ipamharness

import "encoding/json"

// Daemon is a whole address manager. Its methods are called one at a time, with one exception: while
// a call of the [Cloud] is pending, a daemon with the feature [PodsMeanwhile] gets a [PodAdd] or
// [PodDel] by Apply, and then Observe. These two calls come from within the call of the Cloud, on the
// goroutine that made it; it returns afterwards. So a daemon that holds a lock while it asks EC2, and
// takes it to serve a pod, waits for itself, and the kit says so. Go on with what is there when the
// call returns, not with what was there when it was made.
//
// With [PodsMeanwhile] no two goroutines may ask the Cloud at once: nobody can tell whether the second
// one asks for the pod that is served or for the event that waits.
type Daemon interface {
	// Capabilities are the same at any time.
	Capabilities() Capabilities
	// Reset forgets everything and begins anew: a node before the daemon's first start. What the
	// daemon wants of EC2 it asks the cloud, during Apply.
	Reset(setup DaemonSetup, cloud Cloud) error
	// Apply lets an event happen, and everything the daemon does about it. The error is nil if the
	// event is refused: that is a [Reply].
	Apply(event DaemonEvent) (Reply, error)
	// Observe tells what is there now, as precisely as the capabilities promise.
	Observe() (Observation, error)
}

// DaemonSetup is a node before the daemon's first start, and its EC2.
type DaemonSetup struct {
	Node Node `json:"node"`
	// EC2 is "ec2" of the schema ipam-scenario/1, for daemons that simulate EC2 themselves.
	EC2 json.RawMessage `json:"ec2"`
}

// Node is the instance, the daemon's environment, and the Kubernetes node.
type Node struct {
	// Version of the daemon that is modelled, such as v1.23.
	Version string `json:"version"`
	// InstanceType may be empty.
	InstanceType string `json:"instance_type"`
	Limits       Limits `json:"limits"`
	// Env is the daemon's environment.
	Env map[string]string `json:"env"`
	// MaxPods that the node runs.
	MaxPods int `json:"max_pods"`
	// Block is the number of addresses of a prefix.
	Block           int  `json:"block"`
	TrunkCompatible bool `json:"trunk_compatible"`
	Cordoned        bool `json:"cordoned"`
	// ENIConfigSubnet is the subnet of custom networking; empty without an ENIConfig.
	ENIConfigSubnet string `json:"eni_config_subnet"`
	// ClockMS is the time at the beginning, in milliseconds.
	ClockMS int64 `json:"clock_ms"`
}

// Limits is what EC2 allows the instance.
type Limits struct {
	MaxENIs int `json:"max_enis"`
	// IPv4PerENI includes the primary address.
	IPv4PerENI  int         `json:"ipv4_per_eni"`
	Cards       []CardLimit `json:"cards"`
	DefaultCard int         `json:"default_card"`
	// Hypervisor is nitro, xen or unknown.
	Hypervisor string `json:"hypervisor"`
	BareMetal  bool   `json:"bare_metal"`
}

// CardLimit is of a network card of the instance.
type CardLimit struct {
	Index   int `json:"index"`
	MaxENIs int `json:"max_enis"`
}

// DaemonEvent is what can happen to a daemon: one of [Start], [Terminate], [PodAdd], [PodDel],
// [PodsAdd], [PodsDel], [PodObject], [Tick], [Reconcile], [AwaitTrunk], [LoopPass], [Advance],
// [Cordon], [Uncordon], [ENIConfig] and [Outside]. Answer [Unsupported] to a kind that you do not
// know.
type DaemonEvent interface{ daemonEvent() }

// Start: the daemon starts, for the first time or again from its checkpoint. Its reply has "ok"
// and, if that is false, "error".
type Start struct {
	// Env is the new environment; nil if it stays as it is.
	Env map[string]string `json:"env"`
	// Vanished pods are gone, and their host veths with them.
	Vanished []string `json:"vanished"`
}

// Terminate: the daemon is told to stop; it goes on without growing or deleting ENIs.
type Terminate struct{}

// PodAdd: a pod sandbox asks for an address. Its reply has "success", "ip" and "device", or
// "success" and "error".
type PodAdd struct {
	Pod string `json:"pod"`
	// Name of the pod, if it is not that of the sandbox.
	Name string `json:"name"`
	// Multi: it asks for an address of each network card.
	Multi bool `json:"multi"`
	// PodObject: the API server knows the pod.
	PodObject bool   `json:"pod_object"`
	Network   string `json:"network"`
	Interface string `json:"interface"`
}

// PodDel: a pod sandbox gives its address back. Replies as [PodAdd]'s.
type PodDel struct {
	Pod       string `json:"pod"`
	PodObject bool   `json:"pod_object"`
	Network   string `json:"network"`
	Interface string `json:"interface"`
}

// PodsAdd: pods called p<First>, p<First+1> … ask one after the other. Its reply has "succeeded"
// and "refused".
type PodsAdd struct {
	Count int `json:"count"`
	First int `json:"first"`
}

// PodsDel: pods called p<First>, p<First+1> … go one after the other. Replies as [PodsAdd]'s.
type PodsDel struct {
	Count int `json:"count"`
	First int `json:"first"`
}

// PodObject: what the API server knows of a pod changes.
type PodObject struct {
	Pod                string `json:"pod"`
	Exists             bool   `json:"exists"`
	BranchENI          bool   `json:"branch_eni"`
	BranchAddress      string `json:"branch_address"`
	UnusableAnnotation bool   `json:"unusable_annotation"`
	SameUID            bool   `json:"same_uid"`
	Network            string `json:"network"`
	Interface          string `json:"interface"`
}

// Tick: one pool update.
type Tick struct{}

// Reconcile: one comparison with EC2, if it is due.
type Reconcile struct{}

// AwaitTrunk: one look of an IPv6 node for its trunk ENI.
type AwaitTrunk struct{}

// LoopPass: passes of the pool manager's loop, 5 s each.
type LoopPass struct {
	Times int `json:"times"`
}

// Advance: time passes, for daemons and datastores.
type Advance struct {
	MS int64 `json:"ms"`
}

// Cordon: the node is cordoned.
type Cordon struct{}

// Uncordon: it no longer is.
type Uncordon struct{}

// ENIConfig: the node's ENIConfig changes.
type ENIConfig struct {
	// Subnet is empty if there is none any more.
	Subnet string `json:"subnet"`
}

// Outside is what others do in EC2, or a fault that is armed there. Only a daemon with [CallsNone]
// gets it; of others the kit's EC2 does it.
type Outside struct {
	// Kind is that of ipam-scenario/1, such as subnet_free.
	Kind string
	// Fields is the event as it came; its fields are those of ipam-scenario/1.
	Fields json.RawMessage
}

func (Start) daemonEvent()      {}
func (Terminate) daemonEvent()  {}
func (PodAdd) daemonEvent()     {}
func (PodDel) daemonEvent()     {}
func (PodsAdd) daemonEvent()    {}
func (PodsDel) daemonEvent()    {}
func (PodObject) daemonEvent()  {}
func (Tick) daemonEvent()       {}
func (Reconcile) daemonEvent()  {}
func (AwaitTrunk) daemonEvent() {}
func (LoopPass) daemonEvent()   {}
func (Advance) daemonEvent()    {}
func (Cordon) daemonEvent()     {}
func (Uncordon) daemonEvent()   {}
func (ENIConfig) daemonEvent()  {}
func (Outside) daemonEvent()    {}

var daemonEvents = map[string]func(json.RawMessage) (DaemonEvent, error){
	"start":       inDaemon[Start],
	"terminate":   inDaemon[Terminate],
	"pod_add":     inDaemon[PodAdd],
	"pod_del":     inDaemon[PodDel],
	"pods_add":    inDaemon[PodsAdd],
	"pods_del":    inDaemon[PodsDel],
	"pod_object":  inDaemon[PodObject],
	"tick":        inDaemon[Tick],
	"reconcile":   inDaemon[Reconcile],
	"await_trunk": inDaemon[AwaitTrunk],
	"loop_pass":   inDaemon[LoopPass],
	"advance":     inDaemon[Advance],
	"cordon":      inDaemon[Cordon],
	"uncordon":    inDaemon[Uncordon],
	"eni_config":  inDaemon[ENIConfig],
}

// podKinds are events that may come while a request is pending.
var podKinds = map[string]bool{"pod_add": true, "pod_del": true}

// outsideKinds are events of EC2 alone.
var outsideKinds = map[string]bool{
	"fault":             true,
	"clear_faults":      true,
	"subnet_free":       true,
	"subnet_take":       true,
	"subnet_return":     true,
	"subnet_tag":        true,
	"others_attach_eni": true,
	"others_detach_eni": true,
	"others_assign":     true,
	"others_unassign":   true,
	"others_set_tags":   true,
	"clean_leaked_enis": true,
}

func inDaemon[E DaemonEvent](text json.RawMessage) (DaemonEvent, error) {
	var event E
	err := json.Unmarshal(text, &event)
	return event, err
}
