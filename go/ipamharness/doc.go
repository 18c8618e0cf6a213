// Package ipamharness serves an address manager written in Go to ipam_model, which judges it by an
// executable model of the IP address management of an EKS node.
//
// A program that imports it is started by
//
//	ipam-model conform --exec './my-harness'
//
// and speaks the protocol ipam-subject/1 on its standard input and output: one JSON object a line.
// Two kinds of implementations can be served:
//
//   - a [Datastore] keeps the books alone: which ENIs and CIDRs there are, which pod has which
//     address. Serve it with [ServeDatastore].
//   - a [Daemon] is a whole address manager. It decides when to ask EC2 for what, and asks the kit
//     through a [Cloud]. Serve it with [ServeDaemon].
//
// # What the package sees to
//
// Standard output is reserved for messages: what the implementation prints there goes to standard
// error while it is served. A panic in one of its methods is reported with its stack, and the
// program goes on with the next run. An event that this version of the package does not know is
// answered as unsupported, so that a newer kit can still be used.
//
// # Pods that come during a request
//
// The daemon of EKS serves pods while it waits for EC2. A [Daemon] with the feature [PodsMeanwhile] is
// told of pods in that window, from within the call of its [Cloud], and must not lose what they do.
//
// # Time
//
// Time passes only by the events [Advance] and [LoopPass]. An implementation that takes a clock as
// a parameter gets one that they move. One that reads the wall clock is served from a test function
// inside a bubble of testing/synctest, in which an Advance is a time.Sleep that returns at once;
// then compile the harness with "go test -c" and run the binary. That works because the functions
// of this package start no goroutine: while the implementation sleeps nobody waits for input, and
// while it waits for input the time of the bubble stands still.
//
// The package uses the standard library alone.
package ipamharness
