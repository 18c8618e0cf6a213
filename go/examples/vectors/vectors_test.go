package vectors

import (
	"encoding/json"
	"os"
	"testing"
)

// A file of decision vectors, as `ipam-model vectors copy DIR` writes it. Numbers and truth values
// are read as they come: float64 and bool.
type file struct {
	Models  string
	Vectors []struct {
		ID, Title, Decision string
		Rules, Flags        []string
		Inputs              inputs
		Output              any
	}
}

type inputs map[string]any

func (in inputs) n(name string) int   { return int(in[name].(float64)) }
func (in inputs) is(name string) bool { return in[name].(bool) }

func TestDecisions(t *testing.T) {
	path := os.Getenv("IPAM_VECTORS")
	if path == "" {
		path = "../../../ipam_model/vectors/v1.23/decisions.json"
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases file
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases.Vectors {
		t.Run(c.ID, func(t *testing.T) {
			decide, known := decisions[c.Decision]
			if !known {
				t.Skipf("%s is not implemented", c.Decision)
			}
			got := decide(c.Inputs)
			if n, number := got.(int); number {
				got = float64(n)
			}
			if got != c.Output {
				t.Errorf("%v %s(%v): got %v, want %v", c.Rules, c.Decision, c.Inputs, got, c.Output)
			}
		})
	}
	if len(cases.Vectors) == 0 {
		t.Fatalf("%s: no vectors", path)
	}
}
