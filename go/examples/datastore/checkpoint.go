package datastore

import (
	"encoding/json"
	"os"

	"github.com/aws/amazon-vpc-cni-k8s/pkg/ipamd/datastore"
)

// checkpoint is the text of the checkpoint file, without the file.
type checkpoint struct{ text []byte }

var _ datastore.Checkpointer = (*checkpoint)(nil)

// Checkpoint implements datastore.Checkpointer.
func (c *checkpoint) Checkpoint(data any) error {
	text, err := json.Marshal(data)
	if err == nil {
		c.text = text
	}
	return err
}

// Restore implements datastore.Checkpointer.
func (c *checkpoint) Restore(into any) error {
	if c.text == nil {
		return os.ErrNotExist
	}
	return json.Unmarshal(c.text, into)
}

func (c *checkpoint) copied() *checkpoint { return &checkpoint{text: c.text} }
