package ipamharness_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"ipam-model.example/ipamharness"
)

// session is a conversation: what the kit sends ("> ") and what the harness must send ("< ").
func session(t *testing.T, file string) (sent string, expected []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.HasPrefix(line, "> "):
			lines.WriteString(line[2:] + "\n")
		case strings.HasPrefix(line, "< "):
			expected = append(expected, line[2:])
		}
	}
	return lines.String(), expected
}

// agree tells whether two lines are the same JSON; a traceback only has to be there.
func agree(t *testing.T, line, expected string) bool {
	t.Helper()
	var got, want map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if err := json.Unmarshal([]byte(expected), &want); err != nil {
		t.Fatalf("%q: %v", expected, err)
	}
	if errored, is := got["errored"].(map[string]any); is && errored["traceback"] != nil {
		errored["traceback"] = strings.Contains(errored["traceback"].(string), "serve_test.go")
	}
	return reflect.DeepEqual(got, want)
}

func TestRecordedSessions(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.session")
	if len(files) < 3 {
		t.Fatalf("sessions: %v", files)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			sent, expected := session(t, file)
			var out bytes.Buffer
			var err error
			if strings.Contains(file, "daemon") {
				err = ipamharness.ServeDaemon(strings.NewReader(sent), &out, &daemon{})
			} else {
				err = ipamharness.ServeDatastore(strings.NewReader(sent), &out, &faulty{})
			}
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if len(lines) != len(expected) {
				t.Fatalf("%d messages, %d expected:\n%s", len(lines), len(expected), out.String())
			}
			for number, line := range lines {
				if !agree(t, line, expected[number]) {
					t.Errorf("message %d\n     got %s\nexpected %s", number+1, line, expected[number])
				}
			}
		})
	}
}

// faulty fails in as many ways as there are.
type faulty struct{ enis []ipamharness.ENI }

func (f *faulty) Capabilities() ipamharness.Capabilities {
	return ipamharness.Capabilities{
		Name: "faulty", Version: "0", Precision: ipamharness.Exact,
		Features: []ipamharness.Feature{ipamharness.Restart},
	}
}

func (f *faulty) Reset(setup ipamharness.DatastoreSetup) error {
	f.enis = nil
	if setup.CooldownMS < 0 {
		return errors.New("a cooldown below 0")
	}
	return nil
}

func (f *faulty) Apply(event ipamharness.DatastoreEvent) (ipamharness.Reply, error) {
	switch event := event.(type) {
	case ipamharness.AddENI:
		f.enis = append(f.enis, ipamharness.ENI{ID: event.ENI, Primary: event.Primary})
		return ipamharness.Success(), nil
	case ipamharness.Assign:
		return ipamharness.Refusal("NoAvailable"), nil
	case ipamharness.Unassign:
		var none map[string]string
		none[event.Pod] = "a panic"
	case ipamharness.Recover:
		return nil, &ipamharness.UnsupportedError{Message: "recovery", IssueURL: "https://x.example/1"}
	case ipamharness.Stats:
		return ipamharness.Reply{"success": true, "no JSON": func() {}}, nil
	case ipamharness.Freeable:
		return ipamharness.Reply{"success": true, "cidrs": strings.Repeat("x", 9<<20)}, nil
	case ipamharness.Advance:
		return nil, nil
	}
	return nil, errors.New("no idea")
}

func (f *faulty) Observe() (ipamharness.Observation, error) {
	if len(f.enis) > 1 {
		return ipamharness.Observation{}, errors.New("too many to see")
	}
	return ipamharness.Observation{
		Cards: []ipamharness.Card{{ENIs: len(f.enis)}}, ENIs: f.enis,
	}, nil
}

// daemon asks for two addresses when it starts, and gives them to pods.
type daemon struct {
	cloud ipamharness.Cloud
	free  []string
	given int
	up    bool
	lock  sync.Mutex
}

func (d *daemon) Capabilities() ipamharness.Capabilities {
	return ipamharness.Capabilities{
		Name: "daemon", Version: "1", Precision: ipamharness.Counts,
		Features: []ipamharness.Feature{ipamharness.PodsMeanwhile},
		Calls:    ipamharness.CallsChanges, Source: "https://x.example", Issues: "https://x.example/i",
	}
}

func (d *daemon) Reset(setup ipamharness.DaemonSetup, cloud ipamharness.Cloud) error {
	d.cloud, d.free, d.given, d.up = cloud, nil, 0, false
	if setup.Node.Limits.MaxENIs != 3 || setup.Node.Env["WARM_IP_TARGET"] != "2" {
		return errors.New("that is another node")
	}
	// EC2 is not there yet.
	if _, err := cloud.DescribeENIs(); err == nil {
		return errors.New("EC2 answered outside of Apply")
	}
	return nil
}

func (d *daemon) Apply(event ipamharness.DaemonEvent) (ipamharness.Reply, error) {
	switch event := event.(type) {
	case ipamharness.Start:
		found, err := d.cloud.DescribeENIs()
		if err != nil {
			return nil, err
		}
		d.free, err = d.cloud.AssignAddresses(found.ENIs[0].ID, 2)
		var refused *ipamharness.EC2Error
		if errors.As(err, &refused) {
			return ipamharness.Reply{"ok": false, "error": refused.Code}, nil
		}
		d.up = err == nil
		return ipamharness.Reply{"ok": true}, err
	case ipamharness.Tick:
		d.lock.Lock()
		defer d.lock.Unlock()
		more, err := d.cloud.AssignAddresses("eni-1", 1)
		d.free = append(d.free, more...)
		return ipamharness.Reply{}, err
	case ipamharness.PodDel:
		if _, err := d.cloud.AttachedENIs(); err != nil {
			return nil, err
		}
		if event.Pod == "locked" {
			d.lock.Lock()
		}
		return ipamharness.Success(), nil
	case ipamharness.PodAdd:
		if event.Pod == "unsupported" {
			return nil, ipamharness.Unsupported("such pods")
		}
		ip := d.free[0]
		d.free, d.given = d.free[1:], d.given+1
		return ipamharness.Reply{"success": true, "ip": ip}, nil
	}
	return nil, ipamharness.Unsupported("more than pods and ticks")
}

func (d *daemon) Observe() (ipamharness.Observation, error) {
	if !d.up {
		return ipamharness.Observation{Stopped: true}, nil
	}
	return ipamharness.Observation{Cards: []ipamharness.Card{
		{ENIs: 1, Total: len(d.free) + d.given, Assigned: d.given},
	}}, nil
}

func TestConnectionsThatAreNone(t *testing.T) {
	start := `{"seq": 1, "cmd": "start", "protocol": "ipam-subject/1"}` + "\n"
	node := `{"seq": 2, "cmd": "reset", "node": {"limits": {"max_enis": 3}, "env": {"WARM_IP_TARGET": "2"}}, "ec2": {}}` + "\n"
	begin := `{"seq": 3, "cmd": "apply", "event": {"kind": "start"}}` + "\n"
	pod := `{"seq": 4, "cmd": "apply", "event": {"kind": "pod_add", "pod": "p1"}, "during": 2}` + "\n"
	cordon := `{"seq": 4, "cmd": "apply", "event": {"kind": "cordon"}, "during": 3}` + "\n"
	gone := `{"seq": 4, "cmd": "apply", "event": {"kind": "pod_del", "pod": "p1"}, "during": 3}` + "\n"
	for name, each := range map[string]struct{ sent, problem string }{
		"nothing":                  {"", ""},
		"ends without a stop":      {start, ""},
		"no JSON":                  {start + "what?\n", "a line that is no command"},
		"a line without end":       {strings.Repeat("x", 9<<20), "too long"},
		"no answer":                {start + node + begin, "before the answer to DescribeAllENIs"},
		"a pod of another command": {start + node + begin + pod + pod, "came instead of the answer"},
		"a pod during nothing":     {start + node + pod, "which waits for nothing"},
		"no pod":                   {start + node + begin + cordon, "only pods come and go there"},
		"a pod, no answer":         {start + node + begin + gone, "before the answer to GetAttachedENIs"},
		"a command, no answer":     {start + node + begin + begin, "came instead of the answer"},
	} {
		t.Run(name, func(t *testing.T) {
			err := ipamharness.ServeDaemon(strings.NewReader(each.sent), io.Discard, &daemon{})
			switch {
			case each.problem == "" && err != nil:
				t.Fatal(err)
			case each.problem != "" && (err == nil || !strings.Contains(err.Error(), each.problem)):
				t.Fatalf("got %v, expected %q", err, each.problem)
			}
		})
	}
}

// A line of several MB, as long as it is not longer than allowed, is read.
func TestLongLine(t *testing.T) {
	long := `{"seq": 1, "cmd": "reset", "datastore": {"x-long": "` + strings.Repeat("x", 7<<20) + `"}}` + "\n"
	var out bytes.Buffer
	if err := ipamharness.ServeDatastore(strings.NewReader(long), &out, &faulty{}); err != nil {
		t.Fatal(err)
	}
	if out.String() != `{"seq":1}`+"\n" {
		t.Fatal(out.String())
	}
}

// noisy prints where the messages go.
type noisy struct{ faulty }

var kept = os.Stdout

func (n *noisy) Apply(ipamharness.DatastoreEvent) (ipamharness.Reply, error) {
	_, _ = os.Stdout.WriteString("noise\n")
	if runtime.GOOS == "linux" {
		_, _ = kept.WriteString("more noise\n")
	}
	return ipamharness.Success(), nil
}

func TestStandardOutputIsReserved(t *testing.T) {
	if os.Getenv("SERVE_NOISY") != "" {
		if err := ipamharness.ServeDatastore(os.Stdin, os.Stdout, &noisy{}); err != nil {
			t.Fatal(err)
		}
		return
	}
	command := exec.Command(os.Args[0], "-test.run=^TestStandardOutputIsReserved$")
	command.Env = append(os.Environ(), "SERVE_NOISY=1")
	command.Stdin = strings.NewReader(`{"seq": 1, "cmd": "reset", "datastore": {}}
{"seq": 2, "cmd": "apply", "event": {"kind": "assign", "pod": "p1"}}
`)
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		t.Fatal(err, complaints.String())
	}
	lines := bufio.NewScanner(&out)
	for lines.Scan() {
		if !json.Valid(lines.Bytes()) {
			t.Errorf("among the messages: %q", lines.Text())
		}
	}
	if !strings.Contains(complaints.String(), "noise") {
		t.Error("the noise is nowhere")
	}
}

// Not a test: serves the daemon to whoever runs it so, as a harness in a test binary does.
func TestServe(t *testing.T) {
	if os.Getenv("SERVE_DAEMON") == "" {
		t.Skip("nobody asks for it")
	}
	if err := ipamharness.ServeDaemon(os.Stdin, os.Stdout, &daemon{}); err != nil {
		t.Fatal(err)
	}
}
