package datastore

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/aws/amazon-vpc-cni-k8s/pkg/ipamd/datastore"

	"ipam-model.example/ipamharness"
)

// The model's names of the package's errors.
var reasons = map[string]string{
	datastore.DuplicatedENIError:                  "DuplicateENI",
	datastore.UnknownENIError:                     "UnknownENI",
	"add ENI's IP to datastore: unknown ENI":      "UnknownENI",
	datastore.ENIInUseError:                       "ENIInUse",
	datastore.IPAlreadyInStoreError:               "DuplicateCIDR",
	datastore.UnknownIPError:                      "UnknownCIDR",
	datastore.IPInUseError:                        "CIDRInUse",
	datastore.ErrNoAvailableIPInDataStore.Error(): "NoAvailable",
	datastore.ErrUnknownPod.Error():               "UnknownPod",
}

// refused is the reply to an event that the store refuses; an error without a name is the store's
// failure.
func refused(err error) (ipamharness.Reply, error) {
	if reason, known := reasons[err.Error()]; known {
		return ipamharness.Refusal(reason), nil
	}
	return nil, err
}

// done is the reply to an event that only succeeds or does not.
func done(err error) (ipamharness.Reply, error) {
	if err != nil {
		return refused(err)
	}
	return ipamharness.Success(), nil
}

// Apply implements ipamharness.Datastore.
func (s *Store) Apply(event ipamharness.DatastoreEvent) (ipamharness.Reply, error) {
	switch event := event.(type) {
	case ipamharness.Advance:
		s.pass(time.Duration(event.MS) * time.Millisecond)
		return ipamharness.Reply{}, nil
	case ipamharness.Recover:
		return s.recover()
	}
	if s.store == nil {
		return ipamharness.Refusal("NotRunning"), nil
	}
	switch event := event.(type) {
	case ipamharness.AddENI:
		return done(add(s.store, event))
	case ipamharness.ExcludeENI:
		return done(s.store.SetENIExcludedForPodIPs(event.ENI, event.Excluded))
	case ipamharness.AddCIDR:
		cidr, isPrefix, err := parsed(event.CIDR)
		if err != nil {
			return nil, err
		}
		return done(s.store.AddIPv4CidrToStore(event.ENI, cidr, isPrefix))
	case ipamharness.DelCIDR:
		cidr, _, err := parsed(event.CIDR)
		if err != nil {
			return nil, err
		}
		return done(s.store.DelIPv4CidrFromStore(event.ENI, cidr, event.Force))
	case ipamharness.Assign:
		ip, device, _, err := s.store.AssignPodIPv4Address(key(event.Pod), metadata)
		return held(ip, device, err)
	case ipamharness.Unassign:
		_, ip, device, _, _, err := s.store.UnassignPodIPAddress(key(event.Pod))
		return held(ip, device, err)
	case ipamharness.RemoveENI:
		return done(s.store.RemoveENIFromDataStore(event.ENI, event.Force))
	case ipamharness.RemoveUnusedENI:
		return s.removeUnused(event), nil
	case ipamharness.Stats:
		return s.stats(), nil
	case ipamharness.Freeable:
		return s.freeable(event.ENI)
	}
	return nil, ipamharness.Unsupported(fmt.Sprintf("%T", event))
}

func add(store *datastore.DataStore, eni ipamharness.AddENI) error {
	err := store.AddENI(eni.ENI, eni.Device, eni.Primary, eni.Trunk, eni.EFA, 0, "")
	if err == nil && eni.Excluded {
		err = store.SetENIExcludedForPodIPs(eni.ENI, true)
	}
	return err
}

func parsed(text string) (cidr net.IPNet, isPrefix bool, err error) {
	_, network, err := net.ParseCIDR(text)
	if err != nil {
		return net.IPNet{}, false, err
	}
	ones, bits := network.Mask.Size()
	return *network, ones < bits, nil
}

// Without the pod's namespace and name, a recovery does not look for the pod's link on the host.
var metadata = datastore.IPAMMetadata{InterfacesCount: 1}

func key(pod string) datastore.IPAMKey {
	return datastore.IPAMKey{NetworkName: "aws-cni", ContainerID: pod, IfName: "eth0"}
}

func held(ip string, device int, err error) (ipamharness.Reply, error) {
	if err != nil {
		return refused(err)
	}
	reply := ipamharness.Success()
	reply["ip"], reply["device"] = ip, device
	return reply, nil
}

func (s *Store) removeUnused(event ipamharness.RemoveUnusedENI) ipamharness.Reply {
	eni := s.store.RemoveUnusedENIFromStore(event.WarmIP, event.MinimumIP, event.WarmPrefix)
	if eni == "" {
		reply := ipamharness.Refusal("NoDeletableENI")
		reply["eni"] = nil
		return reply
	}
	reply := ipamharness.Success()
	reply["eni"] = eni
	return reply
}

func (s *Store) stats() ipamharness.Reply {
	stats := s.store.GetIPStats("4")
	reply := ipamharness.Success()
	reply["total"] = stats.TotalIPs
	reply["assigned"] = stats.AssignedIPs
	reply["cooling"] = stats.CooldownIPs
	reply["prefixes"] = stats.TotalPrefixes
	reply["free_prefixes"] = s.store.GetFreePrefixes()
	return reply
}

func (s *Store) freeable(eni string) (ipamharness.Reply, error) {
	// Of an unknown ENI nothing is freeable; the model says that it is unknown.
	if _, _, err := s.store.GetENICIDRs(eni); err != nil {
		return refused(err)
	}
	cidrs, err := texts(s.store.FindFreeableCidrs(eni))
	if err != nil {
		return nil, err
	}
	reply := ipamharness.Success()
	reply["cidrs"] = cidrs
	return reply, nil
}

// recover replaces the store by a new one, which is filled as the daemon fills it when it starts.
func (s *Store) recover() (ipamharness.Reply, error) {
	if s.store != nil {
		s.enis = s.store.GetENIInfos().ENIs
	}
	// What the old store may still write later must not reach the new one.
	kept := s.checkpoint.copied()
	store, err := s.empty(kept)
	if err != nil {
		return nil, err
	}
	if err := fill(store, s.enis); err != nil {
		return nil, err
	}
	s.checkpoint = kept
	if err := store.ReadBackingStore(false); err != nil {
		s.store = nil
		if err.Error() == datastore.IPAlreadyInStoreError {
			return ipamharness.Refusal("CheckpointAddressAlreadyAssigned"), nil
		}
		return nil, err
	}
	s.store = store
	return ipamharness.Success(), nil
}

func fill(store *datastore.DataStore, enis map[string]datastore.ENI) error {
	var problems []error
	for id, eni := range enis {
		problems = append(problems, add(store, ipamharness.AddENI{
			ENI: id, Device: eni.DeviceNumber,
			Primary: eni.IsPrimary, Trunk: eni.IsTrunk, EFA: eni.IsEFA,
			Excluded: eni.IsExcludedForPodIPs,
		}))
		for _, cidr := range eni.AvailableIPv4Cidrs {
			problems = append(problems, store.AddIPv4CidrToStore(id, cidr.Cidr, cidr.IsPrefix))
		}
	}
	return errors.Join(problems...)
}
