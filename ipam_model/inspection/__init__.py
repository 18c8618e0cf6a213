"""What an operator has from a node, explained: introspection output, or a checkpoint file.

| module | question |
|---|---|
| `instants` | when is that, and how does Go write it? |
| `json_text` | where in this text is the JSON, and where in the JSON is this value? |
| `introspection` | which ENIs, CIDRs and addresses does `/v1/enis` show? |
| `checkpoint` | which assignments does `ipam.json` hold? |
| `reconstruction` | which state of the model is that, and what had to be assumed? |
| `contradictions` | what in it cannot be, or not with these settings? |
| `predicates` | what does a pool update decide, in numbers? |
| `retention` | which rule keeps each ENI? |
| `explanation` | what is over or short, and which rule keeps each CIDR? |
| `hindrances` | why do pods get no address, why does a low pool not grow? |
| `forecast` | what would the next passes of the loop do? |
| `recovery` | what would a restart recover from the checkpoint alone? |
| `restart` | what would a restart make of the node, with its checkpoint? |
| `report` | everything that is said about a node |
| `write` | how would ipamd show this state of the model? |
"""
