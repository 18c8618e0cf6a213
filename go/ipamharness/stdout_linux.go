package ipamharness

import (
	"io"
	"os"
	"syscall"
)

// reserveStdout is a file for messages, and what to do when there are no more. What is written to
// standard output by any other way, also by code that kept the file or is not Go's, goes to
// standard error from now on.
func reserveStdout() (messages io.Writer, done func()) {
	fd := int(os.Stdout.Fd())
	kept, err := syscall.Dup(fd)
	if err != nil {
		return os.Stdout, func() {}
	}
	syscall.CloseOnExec(kept)
	if err := syscall.Dup3(int(os.Stderr.Fd()), fd, 0); err != nil {
		_ = syscall.Close(kept)
		return os.Stdout, func() {}
	}
	file := os.NewFile(uintptr(kept), "messages")
	return file, func() { _ = file.Close() }
}
