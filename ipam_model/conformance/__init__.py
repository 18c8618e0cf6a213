"""Somebody else's allocator, checked against the model.

| module | what it is |
|---|---|
| `subject` | what an implementation under test offers, and how much it tells |
| `observation` | what is seen of a node, at three precisions |
| `cloud` | EC2 as the subject's daemon meets it, played by the kit |
| `datastore_events` | what can be done to a daemon's store alone |
| `plan` | what is done to a subject, from its setup on |
| `needs` | the features without which a plan cannot be carried out |
| `directed` | small plans that are kept, each made for some rules |
| `spec` | what a judge must know of a model: its states, and every outcome of an event |
| `daemon_spec`, `datastore_spec` | the two models as such |
| `following` | the model made to go where a subject went |
| `observed` | what is to be seen of the model's own world |
| `agreement` | whether what the model may say is what a subject said |
| `session` | the judge: the set of states that explain all that was seen so far |
| `stage` | the kit's EC2 |
| `course` | what a plan asks of the kit besides telling the subject |
| `wellformed` | whether replies and observations are such at all |
| `words`, `explaining` | what happened, and where a subject leaves the model, in words |
| `verdict` | how a run ended, and whose fault it is |
| `pending`, `patience` | pods that come while a call is pending, and how long they wait |
| `running` | one plan, one subject, one verdict |
| `exposure`, `circumstances` | which rules a run could have shown to be broken |
| `report`, `report_words`, `report_formats` | what a check found, per rule and property |
| `known` | divergences that the user knows of |
| `reference` | the model as a subject, with or without a bug |

Two kinds of subjects are checked. A *daemon* is a whole address manager: it decides when to ask EC2
for what, and the kit answers. A *datastore* is its book-keeping alone. Either may choose what the
model leaves open: a subject conforms as long as some behaviour of the model explains what it does.
"""
