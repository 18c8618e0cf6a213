//go:build !linux

package ipamharness

import "os"

// reserveStdout is a file for messages; what is printed to os.Stdout goes to standard error from
// now on.
func reserveStdout() *os.File {
	messages := os.Stdout
	os.Stdout = os.Stderr
	return messages
}
