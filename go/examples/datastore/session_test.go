package datastore

import (
	"os"
	"testing"
	"testing/synctest"
	"time"

	"ipam-model.example/ipamharness"
)

// TestSession is the harness. It serves the store on standard input and output.
func TestSession(t *testing.T) {
	if os.Getenv("IPAM_SESSION") == "" {
		t.Skip("a session with ipam-model: see the package's documentation")
	}
	synctest.Test(t, func(t *testing.T) {
		if err := ipamharness.ServeDatastore(os.Stdin, os.Stdout, NewStore(pass)); err != nil {
			t.Fatal(err)
		}
	})
}

// pass lets time pass in the bubble, and everything happen that is due.
func pass(duration time.Duration) {
	time.Sleep(duration)
	synctest.Wait()
}
