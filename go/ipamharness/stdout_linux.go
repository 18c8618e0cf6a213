package ipamharness

import (
	"os"
	"syscall"
)

// reserveStdout is a file for messages; what is written to standard output by any other way, also
// by code that kept the file or is not Go's, goes to standard error from now on.
func reserveStdout() *os.File {
	fd := int(os.Stdout.Fd())
	kept, err := syscall.Dup(fd)
	if err != nil {
		return os.Stdout
	}
	syscall.CloseOnExec(kept)
	if err := syscall.Dup3(int(os.Stderr.Fd()), fd, 0); err != nil {
		return os.Stdout
	}
	return os.NewFile(uintptr(kept), "messages")
}
