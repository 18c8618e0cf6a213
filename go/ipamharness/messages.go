package ipamharness

import "encoding/json"

// maxLine is the length of the longest line, line feed included.
const maxLine = 8 << 20

// command is what the kit sends.
type command struct {
	Seq       int64           `json:"seq"`
	Cmd       string          `json:"cmd"`
	Node      json.RawMessage `json:"node"`
	EC2       json.RawMessage `json:"ec2"`
	Datastore json.RawMessage `json:"datastore"`
	Event     json.RawMessage `json:"event"`
	Answer    json.RawMessage `json:"answer"`
	// During is the command whose request is pending while a pod comes or goes; 0 of other commands.
	During int64 `json:"during"`
}

// message is what the harness sends.
type message struct {
	Seq int64 `json:"seq"`

	Protocol       string          `json:"protocol,omitempty"`
	Kind           string          `json:"kind,omitempty"`
	Precision      Precision       `json:"precision,omitempty"`
	Calls          Calls           `json:"calls,omitempty"`
	Features       *[]Feature      `json:"features,omitempty"`
	Implementation *implementation `json:"implementation,omitempty"`

	Ask         any          `json:"ask,omitempty"`
	Reply       *Reply       `json:"reply,omitempty"`
	Observation *observation `json:"observation,omitempty"`
	Unsupported *unsupported `json:"unsupported,omitempty"`
	Errored     *errored     `json:"errored,omitempty"`
}

type implementation struct {
	Name     string `json:"name"`
	Language string `json:"language"`
	Version  string `json:"version"`
	Source   string `json:"source,omitempty"`
	Issues   string `json:"issues,omitempty"`
}

type observation struct {
	Running bool   `json:"running"`
	Cards   []Card `json:"cards"`
	// ENIs are null, which means left out, if only counts are shown.
	ENIs []ENI `json:"enis"`
}

type unsupported struct {
	Message  string `json:"message"`
	IssueURL string `json:"issue_url,omitempty"`
}

type errored struct {
	Message   string `json:"message"`
	Traceback string `json:"traceback,omitempty"`
}

func started(kind string, it Capabilities) message {
	features := append([]Feature{}, it.Features...)
	calls := it.Calls
	if kind == "datastore" {
		calls = ""
	}
	return message{
		Protocol:  Protocol,
		Kind:      kind,
		Precision: it.Precision,
		Calls:     calls,
		Features:  &features,
		Implementation: &implementation{
			Name: it.Name, Language: "Go", Version: it.Version, Source: it.Source, Issues: it.Issues,
		},
	}
}

// observed is what is shown, with empty lists where the precision promises some.
func observed(seen Observation, precision Precision) *observation {
	shown := &observation{Running: !seen.Stopped, Cards: seen.Cards}
	if shown.Cards == nil {
		shown.Cards = []Card{}
	}
	if precision != Counts {
		shown.ENIs = make([]ENI, 0, len(seen.ENIs))
		for _, eni := range seen.ENIs {
			if precision == Exact && eni.CIDRs == nil {
				eni.CIDRs = []CIDR{}
			}
			shown.ENIs = append(shown.ENIs, eni)
		}
	}
	return shown
}
