package ipamharness

import "fmt"

// Cloud is EC2 and the instance's metadata as a [Daemon] meets them, played by the kit. It can be
// asked while an event is applied, by one goroutine at a time or several; with [PodsMeanwhile] by
// one, see [Daemon]. An answer that is a failure is an [*EC2Error]; any other error means that the
// session is over.
//
// What changes EC2 is compared with what the model's daemon does, in order and with its arguments;
// reads may be made at will.
type Cloud interface {
	// CreateENI creates and attaches an ENI; its id.
	CreateENI(request CreateENI) (string, error)
	// WaitForENI waits until the metadata show a new ENI with its addresses.
	WaitForENI(request WaitForENI) (AttachedENI, error)
	// FreeENI detaches and deletes an ENI.
	FreeENI(eni string) error
	// AssignAddresses assigns secondary addresses to an ENI; which.
	AssignAddresses(eni string, count int) ([]string, error)
	// AssignPrefixes assigns IPv4 prefixes to an ENI; which.
	AssignPrefixes(eni string, count int) ([]string, error)
	// AssignIPv6Prefixes assigns IPv6 prefixes to an ENI; which.
	AssignIPv6Prefixes(eni string, count int) ([]string, error)
	// UnassignAddresses takes secondary addresses off an ENI.
	UnassignAddresses(eni string, addresses []string) error
	// UnassignPrefixes takes IPv4 prefixes off an ENI.
	UnassignPrefixes(eni string, prefixes []string) error
	// DescribeENIs lists the attached ENIs, verified with EC2.
	DescribeENIs() (DescribedENIs, error)
	// AttachedENIs lists the attached ENIs by the instance's metadata, which may lag.
	AttachedENIs() ([]AttachedENI, error)
	// Addresses are the true secondary addresses of an ENI.
	Addresses(eni string) ([]string, error)
	// Prefixes are the true IPv4 prefixes of an ENI.
	Prefixes(eni string) ([]string, error)
	// IPv6Prefixes are the true IPv6 prefixes of an ENI.
	IPv6Prefixes(eni string) ([]string, error)
	// SubnetExcluded tells whether a subnet is excluded from serving pods.
	SubnetExcluded(subnet string) (bool, error)
	// TagENI ensures the ENI's tags.
	TagENI(eni string) error
}

// CreateENI is a request for a new ENI.
type CreateENI struct {
	// Count of secondary addresses, or of prefixes; nil: the ENI comes bare, as with v1.7.
	Count *int `json:"count,omitempty"`
	// Prefixes: Count is of prefixes.
	Prefixes bool `json:"prefixes,omitempty"`
	// IPv6: Count is of IPv6 addresses.
	IPv6 bool `json:"ipv6,omitempty"`
	// Card is the index of the network card.
	Card int `json:"card,omitempty"`
	// Subnet that it must be in; empty: EC2's choice.
	Subnet string `json:"subnet,omitempty"`
}

// WaitForENI is a request to wait for a new ENI with its addresses.
type WaitForENI struct {
	ENI string `json:"eni"`
	// Count of secondary addresses, or of prefixes, that it must show.
	Count    int  `json:"count"`
	Prefixes bool `json:"prefixes,omitempty"`
	IPv6     bool `json:"ipv6,omitempty"`
}

// AttachedENI is an ENI as the instance's metadata list it.
type AttachedENI struct {
	ID             string `json:"id"`
	Primary        bool   `json:"primary"`
	Device         int    `json:"device"`
	Card           int    `json:"card"`
	Subnet         string `json:"subnet"`
	PrimaryAddress string `json:"primary_address"`
	// PrimaryIPv6 is empty if it has no IPv6 address.
	PrimaryIPv6 string `json:"primary_ipv6"`
	// Addresses are the secondary ones.
	Addresses []string `json:"ips"`
	Prefixes  []string `json:"prefixes"`
}

// ENITags are the tags that decide whether an ENI is managed.
type ENITags struct {
	// NoManage is the value of the tag node.k8s.amazonaws.com/no_manage; empty without it.
	NoManage string `json:"no_manage"`
	// InstanceID is own or other; empty without the tag.
	InstanceID string `json:"instance_id"`
}

// DescribedENIs are the attached ENIs with what only EC2 knows of them.
type DescribedENIs struct {
	ENIs []AttachedENI `json:"enis"`
	// Tags by ENI.
	Tags map[string]ENITags `json:"tags"`
	// Trunk is empty if there is none.
	Trunk string   `json:"trunk"`
	EFAs  []string `json:"efas"`
	// EFAOnly ENIs carry no addresses.
	EFAOnly []string `json:"efa_only"`
}

// EC2Error is an answer that is a failure.
type EC2Error struct {
	// Code is EC2's, such as InsufficientFreeAddressesInSubnet.
	Code string
}

func (e *EC2Error) Error() string { return "EC2: " + e.Code }

// asker sends a request to the kit and reads the answer into something.
type asker interface {
	ask(call string, arguments, answer any) error
}

type cloud struct{ asker }

type ofENI struct {
	ENI string `json:"eni"`
}

type assigning struct {
	ENI      string `json:"eni"`
	Count    int    `json:"count"`
	Prefixes bool   `json:"prefixes,omitempty"`
}

type unassigning struct {
	ENI       string   `json:"eni"`
	Addresses []string `json:"ips,omitempty"`
	Prefixes  []string `json:"prefixes,omitempty"`
}

type networks struct {
	Addresses []string `json:"ips"`
	Prefixes  []string `json:"prefixes"`
}

func (c cloud) CreateENI(request CreateENI) (string, error) {
	var answer ofENI
	err := c.ask("CreateNetworkInterface+Attach", request, &answer)
	return answer.ENI, err
}

func (c cloud) WaitForENI(request WaitForENI) (AttachedENI, error) {
	enis, err := c.enis("WaitForENIAndIPsAttached", request)
	if err != nil {
		return AttachedENI{}, err
	}
	for _, eni := range enis {
		if eni.ID == request.ENI {
			return eni, nil
		}
	}
	return AttachedENI{}, fmt.Errorf("the answer to WaitForENI is without %s", request.ENI)
}

func (c cloud) FreeENI(eni string) error {
	return c.ask("FreeENI", ofENI{eni}, nil)
}

func (c cloud) AssignAddresses(eni string, count int) ([]string, error) {
	answer, err := c.networks("AssignPrivateIpAddresses", assigning{ENI: eni, Count: count})
	return answer.Addresses, err
}

func (c cloud) AssignPrefixes(eni string, count int) ([]string, error) {
	request := assigning{ENI: eni, Count: count, Prefixes: true}
	answer, err := c.networks("AssignPrivateIpAddresses", request)
	return answer.Prefixes, err
}

func (c cloud) AssignIPv6Prefixes(eni string, count int) ([]string, error) {
	answer, err := c.networks("AssignIpv6Prefixes", assigning{ENI: eni, Count: count})
	return answer.Prefixes, err
}

func (c cloud) UnassignAddresses(eni string, addresses []string) error {
	request := unassigning{ENI: eni, Addresses: addresses}
	return c.ask("UnassignPrivateIpAddresses", request, nil)
}

func (c cloud) UnassignPrefixes(eni string, prefixes []string) error {
	request := unassigning{ENI: eni, Prefixes: prefixes}
	return c.ask("UnassignPrivateIpAddresses", request, nil)
}

func (c cloud) DescribeENIs() (DescribedENIs, error) {
	var answer DescribedENIs
	err := c.ask("DescribeAllENIs", struct{}{}, &answer)
	return answer, err
}

func (c cloud) AttachedENIs() ([]AttachedENI, error) {
	return c.enis("GetAttachedENIs", struct{}{})
}

func (c cloud) Addresses(eni string) ([]string, error) {
	answer, err := c.networks("GetIPv4sFromEC2", ofENI{eni})
	return answer.Addresses, err
}

func (c cloud) Prefixes(eni string) ([]string, error) {
	answer, err := c.networks("GetIPv4PrefixesFromEC2", ofENI{eni})
	return answer.Prefixes, err
}

func (c cloud) IPv6Prefixes(eni string) ([]string, error) {
	answer, err := c.networks("GetIPv6PrefixesFromEC2", ofENI{eni})
	return answer.Prefixes, err
}

func (c cloud) SubnetExcluded(subnet string) (bool, error) {
	var answer struct {
		Excluded bool `json:"excluded"`
	}
	request := struct {
		Subnet string `json:"subnet"`
	}{subnet}
	err := c.ask("IsSubnetExcluded", request, &answer)
	return answer.Excluded, err
}

func (c cloud) TagENI(eni string) error {
	return c.ask("TagENI", ofENI{eni}, nil)
}

func (c cloud) enis(call string, arguments any) ([]AttachedENI, error) {
	var answer struct {
		ENIs []AttachedENI `json:"enis"`
	}
	err := c.ask(call, arguments, &answer)
	return answer.ENIs, err
}

func (c cloud) networks(call string, arguments any) (networks, error) {
	var answer networks
	err := c.ask(call, arguments, &answer)
	return answer, err
}
