//go:build !linux

package ipamharness

import (
	"io"
	"os"
)

// reserveStdout is a file for messages, and what to do when there are no more. What is printed to
// os.Stdout goes to standard error from now on.
func reserveStdout() (messages io.Writer, done func()) {
	messages = os.Stdout
	os.Stdout = os.Stderr
	return messages, func() {}
}
