; enis_that_hold_a_prefix_of_16: there is at most one ENI more than CIDRs, one, claim: expected unsat
; Where every ENI but the primary one holds a prefix, a node has at most one ENI more than prefixes.
; Rules: R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (enis_that_hold_a_prefix_of_16).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_eni () Int)
(declare-fun warm_prefix () Int)
(declare-fun max_enis () Int)
(declare-fun slots () Int)
(declare-fun peak () Int)
(declare-fun enis () Int)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
(declare-fun primary () Bool)
; an ENI may be attached
(assert (>= max_enis 1))
; an ENI has a slot
(assert (>= slots 1))
; WARM_IP_TARGET >= 0
(assert (>= warm 0))
; MINIMUM_IP_TARGET >= 0
(assert (>= minimum 0))
; WARM_ENI_TARGET >= 0
(assert (>= warm_eni 0))
; WARM_PREFIX_TARGET >= 0
(assert (>= warm_prefix 0))
; the peak is a number of pods
(assert (>= peak 0))
; of the ENI: free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; of the ENI: free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; of the ENI: CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; of the ENI: the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 16)))
; no ENI holds more CIDRs than it has slots
(assert (<= eni_cidrs slots))
; an ENI besides the primary one holds a CIDR
(assert (or primary (not primary) (>= eni_cidrs 1)))
; (not the conclusions)
(assert (not (<= (+ (- enis enis) 1) (+ eni_cidrs 1))))
(check-sat)
(exit)
