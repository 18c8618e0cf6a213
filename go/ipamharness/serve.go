package ipamharness

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// ServeDatastore serves a store until the kit ends the session: nil then, and otherwise what was
// wrong with the connection. What the store does wrong is told to the kit.
//
// If w is [os.Stdout], whatever else is written to standard output goes to standard error, from now
// to the end of the program; then the program can serve only once.
func ServeDatastore(r io.Reader, w io.Writer, store Datastore) error {
	session := newSession(r, w)
	defer session.close()
	return session.serve(datastoreSubject{store})
}

// ServeDaemon serves a daemon; otherwise as [ServeDatastore].
func ServeDaemon(r io.Reader, w io.Writer, daemon Daemon) error {
	session := newSession(r, w)
	defer session.close()
	return session.serve(daemonSubject{Daemon: daemon, cloud: cloud{session}})
}

// session is a conversation with the kit. It reads only when something is expected, in the
// goroutine that expects it.
type session struct {
	in    *bufio.Scanner
	out   io.Writer
	close func()

	// asking makes requests of several goroutines wait for each other.
	asking sync.Mutex
	// applying: an event is under way, so that EC2 can be asked.
	applying bool
	seq      int64
	// serving is the subject.
	serving subject
	// broken is why the connection is of no use any more.
	broken error
}

func newSession(r io.Reader, w io.Writer) *session {
	done := func() {}
	if file, ok := w.(*os.File); ok && file == os.Stdout {
		w, done = reserveStdout()
	}
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 64<<10), maxLine)
	return &session{in: in, out: w, close: done}
}

func (s *session) serve(it subject) error {
	s.serving = it
	ready := false
	for {
		sent, err := s.receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if sent.During != 0 {
			return fmt.Errorf("%q (seq %d) during %d, which waits for nothing", sent.Cmd, sent.Seq, sent.During)
		}
		s.seq = sent.Seq
		finished, err := s.execute(sent, ready)
		if s.broken != nil {
			return s.broken
		}
		if err != nil {
			finished = failure(err)
		}
		// After a reset that failed there is nothing to apply an event to.
		ready = (ready && sent.Cmd != "reset") || (sent.Cmd == "reset" && err == nil)
		if err := s.send(finished); err != nil {
			return err
		}
		if sent.Cmd == "stop" {
			return nil
		}
	}
}

// execute carries out a command. A panic of the subject becomes an error.
func (s *session) execute(sent command, ready bool) (finished message, err error) {
	it := s.serving
	pending := s.setApplying(false)
	defer func() {
		s.setApplying(pending)
		if cause := recover(); cause != nil {
			err = &panicked{cause: cause, stack: string(debug.Stack())}
		}
	}()
	if !ready && (sent.Cmd == "apply" || sent.Cmd == "observe") {
		return message{}, fmt.Errorf("%s before a reset", sent.Cmd)
	}
	switch sent.Cmd {
	case "start":
		return started(it.kind(), it.capabilities()), nil
	case "reset":
		return message{}, it.reset(sent)
	case "apply":
		return s.apply(it, sent)
	case "observe":
		seen, err := it.observe()
		return message{Observation: observed(seen, it.capabilities().Precision)}, err
	case "stop":
		return message{}, nil
	}
	text := fmt.Sprintf("command %q is not known to this version of ipamharness", sent.Cmd)
	return message{}, Unsupported(text)
}

func (s *session) apply(it subject, sent command) (message, error) {
	kind, err := kindOf(sent)
	if err != nil {
		return message{}, fmt.Errorf("apply: event: %w", err)
	}
	s.setApplying(true)
	reply, err := it.apply(kind, sent.Event)
	s.setApplying(false)
	if err != nil {
		return message{}, err
	}
	if reply == nil {
		reply = Reply{}
	}
	seen, err := it.observe()
	return message{Reply: &reply, Observation: observed(seen, it.capabilities().Precision)}, err
}

func kindOf(sent command) (string, error) {
	var event struct {
		Kind string `json:"kind"`
	}
	err := json.Unmarshal(sent.Event, &event)
	return event.Kind, err
}

// setApplying tells whether an event was under way before.
func (s *session) setApplying(now bool) bool {
	s.asking.Lock()
	defer s.asking.Unlock()
	before := s.applying
	s.applying = now
	return before
}

// ask is what a Cloud does.
func (s *session) ask(call string, arguments, answer any) error {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.broken != nil {
		return s.broken
	}
	if !s.applying {
		return fmt.Errorf("%s was asked for while no event was applied", call)
	}
	text, err := exchange(s, call, arguments)
	if err != nil {
		s.broken = err
		return err
	}
	var failed struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal(text, &failed); err != nil {
		return fmt.Errorf("answer to %s: %w", call, err)
	}
	if failed.Error != "" {
		return &EC2Error{Code: failed.Error}
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("answer to %s: %w", call, err)
	}
	return nil
}

func exchange(s *session, call string, arguments any) (json.RawMessage, error) {
	request, err := asked(call, arguments)
	if err != nil {
		return nil, err
	}
	if err := s.send(message{Ask: request}); err != nil {
		return nil, err
	}
	for {
		sent, err := s.receive()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("the input ended before the answer to %s", call)
		}
		if err != nil {
			return nil, err
		}
		switch {
		case sent.Answer != nil && sent.Seq == s.seq:
			return sent.Answer, nil
		case sent.Cmd == "apply" && sent.During == s.seq:
			if err := s.meanwhile(sent); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%q (seq %d) came instead of the answer to %s", sent.Cmd, sent.Seq, call)
		}
	}
}

// meanwhile serves a pod while a request is pending, on the goroutine that waits. It may ask, too.
func (s *session) meanwhile(sent command) error {
	if kind, err := kindOf(sent); err != nil || !podKinds[kind] {
		return fmt.Errorf("event %q (seq %d) during %d: only pods come and go there", kind, sent.Seq, s.seq)
	}
	pending := s.seq
	s.seq = sent.Seq
	s.asking.Unlock()
	finished, err := s.execute(sent, true)
	s.asking.Lock()
	if s.broken != nil {
		return s.broken
	}
	if err != nil {
		finished = failure(err)
	}
	err = s.send(finished)
	s.seq = pending
	return err
}

// asked is the arguments with the name of the call.
func asked(call string, arguments any) (map[string]any, error) {
	text, err := json.Marshal(arguments)
	if err != nil {
		return nil, err
	}
	request := map[string]any{}
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	request["call"] = call
	return request, nil
}

func (s *session) receive() (command, error) {
	if !s.in.Scan() {
		if err := s.in.Err(); err != nil {
			return command{}, fmt.Errorf("reading a command: %w", err)
		}
		return command{}, io.EOF
	}
	var sent command
	if err := json.Unmarshal(s.in.Bytes(), &sent); err != nil {
		return command{}, fmt.Errorf("a line that is no command: %w", err)
	}
	return sent, nil
}

func (s *session) send(it message) error {
	it.Seq = s.seq
	line, err := json.Marshal(it)
	if err == nil && len(line) >= maxLine {
		err = fmt.Errorf("a message of %d bytes; at most %d are allowed", len(line), maxLine-1)
	}
	if err != nil {
		// It is the subject's doing: a reply that is no JSON, or too much of it.
		it = failure(err)
		it.Seq = s.seq
		if line, err = json.Marshal(it); err != nil {
			return err
		}
	}
	if _, err := s.out.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("sending a message: %w", err)
	}
	return nil
}

type panicked struct {
	cause any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.cause) }

// failure finishes a command that the subject could not carry out.
func failure(err error) message {
	var lacking *UnsupportedError
	if errors.As(err, &lacking) {
		return message{Unsupported: &unsupported{Message: lacking.Message, IssueURL: lacking.IssueURL}}
	}
	told := &errored{Message: err.Error()}
	var panic *panicked
	if errors.As(err, &panic) {
		told.Traceback = panic.stack
	}
	return message{Errored: told}
}
