"""What an operator has from a node, explained: introspection output, or a checkpoint file.

| module | question |
|---|---|
| `instants` | when is that, and how does Go write it? |
| `json_text` | where in this text is the JSON, and where in the JSON is this value? |
| `introspection` | which ENIs, CIDRs and addresses does `/v1/enis` show? |
| `checkpoint` | which assignments does `ipam.json` hold? |
| `reconstruction` | which state of the model is that, and what had to be assumed? |
| `contradictions` | what in it cannot be, or not with these settings? |
| `retention` | which rule keeps each ENI? |
| `explanation` | what is over or short, and which rule keeps each CIDR? |
| `forecast` | what would the next passes of the loop do? |
| `recovery` | what would a restart recover from the checkpoint? |
| `write` | how would ipamd show this state of the model? |
"""
