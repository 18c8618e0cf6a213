"""Real configurations: files that set the daemon's environment, and where they set it.

| module | question |
|---|---|
| `scalars` | what is an unquoted word to Kubernetes and Helm? |
| `tree` | what is in a document, and where? |
| `parse` | how does a text become documents, whatever it holds? |
| `environment` | which variables are set, by whom, and what is there to say about it? |
| `container` | what does Kubernetes make of `env` and `envFrom`? |
| `chart` | what do the chart and the EKS add-on make of their values? |
| `selector` | which nodes does a DaemonSet run on? |
| `node_groups` | which groups of nodes are there, and of which instance types? |
| `sources` | which of all that is in the files given? |
| `configurations` | which nodes does it make? |

`parse` needs the extra `yaml`.
"""
