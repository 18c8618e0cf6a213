// Package datastore serves the data store of amazon-vpc-cni-k8s, the real package as it is released,
// to ipam_model.
//
// That package reads the wall clock, so the harness is the test function TestSession, which serves
// it inside a bubble of testing/synctest: an hour passes as fast as the messages about it. Make the
// harness by
//
//	go test -c -o datastore.harness .
//
// and have it judged by
//
//	IPAM_SESSION=1 ipam-model conform --exec './datastore.harness -test.run=^TestSession$'
package datastore

import (
	"cmp"
	_ "embed" // go.mod
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/amazon-vpc-cni-k8s/pkg/ipamd/datastore"
	"github.com/aws/amazon-vpc-cni-k8s/pkg/netlinkwrapper"

	"ipam-model.example/ipamharness"
)

const upstream = "github.com/aws/amazon-vpc-cni-k8s"

// Store is the real data store behind the interface of ipamharness.
type Store struct {
	pass         func(time.Duration)
	capabilities ipamharness.Capabilities

	setup      ipamharness.DatastoreSetup
	checkpoint *checkpoint
	// store is nil after a recovery that failed.
	store *datastore.DataStore
	// enis are those that a recovery puts into the new store after one that failed.
	enis map[string]datastore.ENI
}

var _ ipamharness.Datastore = (*Store)(nil)

// NewStore is a store for which time passes by pass.
func NewStore(pass func(time.Duration)) *Store {
	features := []ipamharness.Feature{ipamharness.PrefixDelegation}
	// The recovery of a checkpoint lists the host's links, to find those of the pods. That needs
	// neither privileges nor a network, but a kernel that lets the process ask.
	if _, err := netlinkwrapper.NewNetLink().LinkList(); err != nil {
		fmt.Fprintf(os.Stderr, "without feature restart: the host's links cannot be listed: %v\n", err)
	} else {
		features = append(features, ipamharness.Restart)
	}
	return &Store{
		pass: pass,
		capabilities: ipamharness.Capabilities{
			Name:      "amazon-vpc-cni-k8s/pkg/ipamd/datastore",
			Version:   version(),
			Source:    "https://" + upstream,
			Issues:    "https://" + upstream + "/issues",
			Precision: ipamharness.Exact,
			Features:  features,
		},
	}
}

//go:embed go.mod
var requirements string

// version is that of the real package: the one that go.mod asks for. The build information of a
// test binary does not tell it.
func version() string {
	for line := range strings.Lines(requirements) {
		if words := strings.Fields(line); len(words) >= 2 && words[0] == upstream {
			return words[1]
		}
	}
	return "unknown"
}

// Capabilities implements ipamharness.Datastore.
func (s *Store) Capabilities() ipamharness.Capabilities { return s.capabilities }

// Reset implements ipamharness.Datastore.
func (s *Store) Reset(setup ipamharness.DatastoreSetup) error {
	s.setup = setup
	s.checkpoint = &checkpoint{}
	s.enis = nil
	var err error
	s.store, err = s.empty(s.checkpoint)
	return err
}

// empty is a new store with this checkpoint.
func (s *Store) empty(checkpoint *checkpoint) (*datastore.DataStore, error) {
	if s.setup.CooldownMS%1000 != 0 {
		return nil, ipamharness.Unsupported("IP_COOLDOWN_PERIOD is in whole seconds")
	}
	seconds := strconv.Itoa(s.setup.CooldownMS / 1000)
	// The store reads it when it is made.
	if err := os.Setenv("IP_COOLDOWN_PERIOD", seconds); err != nil {
		return nil, err
	}
	return datastore.NewDataStore(silence{}, checkpoint, s.setup.PrefixDelegation, s.setup.Card), nil
}

// Observe implements ipamharness.Datastore.
func (s *Store) Observe() (ipamharness.Observation, error) {
	if s.store == nil {
		return ipamharness.Observation{Stopped: true}, nil
	}
	infos := s.store.GetENIInfos()
	var enis []ipamharness.ENI
	card := ipamharness.Card{
		Card:     s.setup.Card,
		ENIs:     s.store.GetENIs(),
		Total:    infos.TotalIPs,
		Assigned: infos.AssignedIPs,
	}
	for _, info := range infos.ENIs {
		eni := s.seen(info)
		card.Cooling += eni.Cooling
		enis = append(enis, eni)
	}
	return ipamharness.Observation{Cards: []ipamharness.Card{card}, ENIs: enis}, nil
}

func (s *Store) seen(info datastore.ENI) ipamharness.ENI {
	eni := ipamharness.ENI{ID: info.ID, Card: s.setup.Card, Primary: info.IsPrimary}
	for name, owned := range info.AvailableIPv4Cidrs {
		cidr := ipamharness.CIDR{CIDR: name, Assigned: map[string]string{}}
		for _, address := range owned.IPAddresses {
			switch {
			case address.Assigned():
				cidr.Assigned[address.Address] = address.IPAMKey.ContainerID
			case s.cools(address):
				cidr.Cooling = append(cidr.Cooling, address.Address)
			}
		}
		eni.Total += owned.Size()
		eni.Assigned += len(cidr.Assigned)
		eni.Cooling += len(cidr.Cooling)
		eni.CIDRs = append(eni.CIDRs, cidr)
	}
	return eni
}

// cools asks the package: its statistics of a CIDR that knows of this address alone.
func (s *Store) cools(address *datastore.AddressInfo) bool {
	alone := datastore.CidrInfo{
		IPAddresses: map[string]*datastore.AddressInfo{address.Address: address},
	}
	cooldown := time.Duration(s.setup.CooldownMS) * time.Millisecond
	return alone.GetIPStatsFromCidr(cooldown).CooldownIPs == 1
}

// byAddress is the order of CIDRs in replies: an address before a prefix that begins with it.
func byAddress(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(b.Bits(), a.Bits()))
}

// texts are the CIDRs in order.
func texts(cidrs []datastore.CidrInfo) ([]string, error) {
	sorted := make([]netip.Prefix, 0, len(cidrs))
	for _, each := range cidrs {
		prefix, err := netip.ParsePrefix(each.Cidr.String())
		if err != nil {
			return nil, err
		}
		sorted = append(sorted, prefix)
	}
	slices.SortFunc(sorted, byAddress)
	names := make([]string, 0, len(sorted))
	for _, each := range sorted {
		names = append(names, each.String())
	}
	return names, nil
}
