"""The decisions of ipamd as pure formulas over the abstract integer, one file per family.

| file | question |
|---|---|
| `capacity` | how many ENIs and addresses may this node have? |
| `warm_pool` | how many addresses or prefixes are missing, how many too many? |
| `growth` | is the pool too low, and how much is asked for? |
| `shrink` | is the pool too high, and may this ENI go? |
| `timing` | is it too early, or too late? |
| `eligibility` | may this ENI, subnet or address be used at all? |
| `closed_forms` | where does monotone growth end? |
| `article` | the same questions, as the article of 2021 answers them |
| `notes` | everything that is a fact, a consequence or a hazard |

Symbols follow the specification: T total, A assigned, V = T - A available, F free prefixes,
X allocated prefixes, M addresses per ENI, Q prefixes per ENI, K ENIs, P max pods, We, Wi, m, Wp the
four targets.
"""
