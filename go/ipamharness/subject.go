package ipamharness

import (
	"encoding/json"
	"errors"
	"fmt"
)

// subject is a Datastore or a Daemon, as the session sees it.
type subject interface {
	kind() string
	capabilities() Capabilities
	reset(setup command) error
	apply(kind string, event json.RawMessage) (Reply, error)
	observe() (Observation, error)
}

type datastoreSubject struct{ Datastore }

func (s datastoreSubject) kind() string               { return "datastore" }
func (s datastoreSubject) capabilities() Capabilities { return s.Capabilities() }

func (s datastoreSubject) reset(setup command) error {
	if setup.Datastore == nil {
		return errors.New("reset without datastore: this harness serves a datastore")
	}
	var part DatastoreSetup
	if err := json.Unmarshal(setup.Datastore, &part); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	return s.Reset(part)
}

func (s datastoreSubject) apply(kind string, text json.RawMessage) (Reply, error) {
	decode, known := datastoreEvents[kind]
	if !known {
		return nil, unknownEvent(kind)
	}
	event, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", kind, err)
	}
	return s.Apply(event)
}

func (s datastoreSubject) observe() (Observation, error) { return s.Observe() }

type daemonSubject struct {
	Daemon
	cloud Cloud
}

func (s daemonSubject) kind() string               { return "daemon" }
func (s daemonSubject) capabilities() Capabilities { return s.Capabilities() }

func (s daemonSubject) reset(setup command) error {
	if setup.Node == nil {
		return errors.New("reset without node: this harness serves a daemon")
	}
	part := DaemonSetup{EC2: setup.EC2}
	if err := json.Unmarshal(setup.Node, &part.Node); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	return s.Reset(part, s.cloud)
}

func (s daemonSubject) apply(kind string, text json.RawMessage) (Reply, error) {
	if outsideKinds[kind] {
		if s.Capabilities().Calls != CallsNone {
			return Reply{}, nil
		}
		return s.Apply(Outside{Kind: kind, Fields: text})
	}
	decode, known := daemonEvents[kind]
	if !known {
		return nil, unknownEvent(kind)
	}
	event, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", kind, err)
	}
	return s.Apply(event)
}

func (s daemonSubject) observe() (Observation, error) { return s.Observe() }

func unknownEvent(kind string) error {
	return Unsupported(fmt.Sprintf("event %q is not known to this version of ipamharness", kind))
}
