package datastore

import (
	"fmt"
	"os"

	"github.com/aws/amazon-vpc-cni-k8s/pkg/utils/logger"
)

// silence logs nothing but what ends the daemon.
type silence struct{}

var _ logger.Logger = silence{}

func (silence) Debugf(string, ...any) {}
func (silence) Debug(string)          {}
func (silence) Infof(string, ...any)  {}
func (silence) Info(string)           {}
func (silence) Warnf(string, ...any)  {}
func (silence) Warn(string)           {}
func (silence) Errorf(string, ...any) {}
func (silence) Error(string)          {}

func (silence) Fatalf(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(1)
}

func (silence) Panicf(format string, arguments ...any) {
	panic(fmt.Sprintf(format, arguments...))
}

func (s silence) WithFields(logger.Fields) logger.Logger { return s }
