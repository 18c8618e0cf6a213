package ipamharness_test

import (
	"fmt"
	"os"
	"strings"

	"ipam-model.example/ipamharness"
)

// Pool is an allocator of single addresses on one ENI: the project's own code.
type Pool struct {
	free   []string
	holder map[string]string // address by pod
}

func (p *Pool) Allocate(pod string) (string, error) {
	if address, has := p.holder[pod]; has {
		return address, nil
	}
	if len(p.free) == 0 {
		return "", fmt.Errorf("no address for %s", pod)
	}
	address := p.free[0]
	p.free = p.free[1:]
	p.holder[pod] = address
	return address, nil
}

// Served is the pool behind the interface of the kit.
type Served struct {
	enis int
	pool Pool
}

func (s *Served) Capabilities() ipamharness.Capabilities {
	return ipamharness.Capabilities{Name: "pool", Version: "0.1", Precision: ipamharness.Counts}
}

func (s *Served) Reset(setup ipamharness.DatastoreSetup) error {
	if setup.PrefixDelegation {
		return ipamharness.Unsupported("prefixes")
	}
	*s = Served{pool: Pool{holder: map[string]string{}}}
	return nil
}

func (s *Served) Apply(event ipamharness.DatastoreEvent) (ipamharness.Reply, error) {
	switch event := event.(type) {
	case ipamharness.AddENI:
		s.enis++
		return ipamharness.Success(), nil
	case ipamharness.AddCIDR:
		address := strings.TrimSuffix(event.CIDR, "/32")
		s.pool.free = append(s.pool.free, address)
		return ipamharness.Success(), nil
	case ipamharness.Assign:
		address, err := s.pool.Allocate(event.Pod)
		if err != nil {
			return ipamharness.Refusal(""), nil
		}
		return ipamharness.Reply{"success": true, "ip": address}, nil
	}
	return nil, ipamharness.Unsupported(fmt.Sprintf("%T", event))
}

func (s *Served) Observe() (ipamharness.Observation, error) {
	assigned := len(s.pool.holder)
	return ipamharness.Observation{Cards: []ipamharness.Card{
		{ENIs: s.enis, Total: len(s.pool.free) + assigned, Assigned: assigned},
	}}, nil
}

// A harness is a program that serves standard input and output. Here the kit's part is played by a
// text.
func ExampleServeDatastore() {
	kit := strings.NewReader(`{"seq": 1, "cmd": "start", "protocol": "ipam-subject/1"}
{"seq": 2, "cmd": "reset", "datastore": {"prefix_delegation": false, "cooldown_ms": 30000}}
{"seq": 3, "cmd": "apply", "event": {"kind": "add_eni", "eni": "eni-1", "device": 0}}
{"seq": 4, "cmd": "apply", "event": {"kind": "add_cidr", "eni": "eni-1", "cidr": "10.0.0.5/32"}}
{"seq": 5, "cmd": "apply", "event": {"kind": "assign", "pod": "p1"}}
{"seq": 6, "cmd": "apply", "event": {"kind": "unassign", "pod": "p1"}}
{"seq": 7, "cmd": "stop"}
`)
	if err := ipamharness.ServeDatastore(kit, os.Stdout, &Served{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Output:
	// {"seq":1,"protocol":"ipam-subject/1","kind":"datastore","precision":"counts","features":[],"implementation":{"name":"pool","language":"Go","version":"0.1"}}
	// {"seq":2}
	// {"seq":3,"reply":{"success":true},"observation":{"running":true,"cards":[{"card":0,"enis":1,"total":0,"assigned":0,"cooling":0}],"enis":null}}
	// {"seq":4,"reply":{"success":true},"observation":{"running":true,"cards":[{"card":0,"enis":1,"total":1,"assigned":0,"cooling":0}],"enis":null}}
	// {"seq":5,"reply":{"ip":"10.0.0.5","success":true},"observation":{"running":true,"cards":[{"card":0,"enis":1,"total":1,"assigned":1,"cooling":0}],"enis":null}}
	// {"seq":6,"unsupported":{"message":"ipamharness.Unassign"}}
	// {"seq":7}
}
