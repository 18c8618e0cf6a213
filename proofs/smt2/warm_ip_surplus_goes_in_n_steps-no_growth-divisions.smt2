; warm_ip_surplus_goes_in_n_steps: no growth, divisions: expected unsat
; Under a warm IP target, once a node with n ENIs owns max(A + Wi, m) addresses or more, it is at rest after at most n steps without pod events, one release and n - 1 deletions.
; Rules: R79, R88, R131, R133, R136, R138.
; Rests on: warm_ip_invariants.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_ip_invariants).
; On paper: a number that falls with every step and is never below 0 ends every run (warm_ip_surplus_goes_in_n_steps).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_eni () Int)
(declare-fun warm_prefix () Int)
(declare-fun prefix_mode () Bool)
(declare-fun max_enis () Int)
(declare-fun slots () Int)
(declare-fun peak () Int)
(declare-fun enis () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
(declare-fun free_cidrs () Int)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
; secondary-address mode
(assert (not prefix_mode))
; a warm IP target governs
(assert (or (distinct warm 0) (distinct minimum 0)))
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
; the primary ENI is attached
(assert (>= enis 1))
; no ENI holds more CIDRs than it has slots
(assert (<= eni_cidrs slots))
; of all ENIs: free CIDRs are counted
(assert (>= free_cidrs 0))
; of all ENIs: free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; of all ENIs: CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; of all ENIs: the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 1)))
; of the ENI: free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; of the ENI: free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; of the ENI: CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; of the ENI: the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 1)))
; of the other ENIs: free CIDRs are counted
(assert (>= (- free_cidrs eni_free_cidrs) 0))
; of the other ENIs: free CIDRs are owned
(assert (>= (- (- cidrs eni_cidrs) (- free_cidrs eni_free_cidrs)) 0))
; of the other ENIs: CIDRs that are not free have pods
(assert (>= (- assigned eni_assigned)
    (- (- cidrs eni_cidrs) (- free_cidrs eni_free_cidrs))))
; of the other ENIs: the pods fit into them
(assert (<= (- assigned eni_assigned)
    (* (- (- cidrs eni_cidrs) (- free_cidrs eni_free_cidrs)) 1)))
; the pool owns what it heads for
(assert (>= cidrs (ite (>= (+ assigned warm) minimum) (+ assigned warm) minimum)))
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
  (not (and (>= a!3 0) (>= a!3 0) (>= a!3 0) (>= a!3 0) (>= a!3 0)))))))
(check-sat)
(exit)
