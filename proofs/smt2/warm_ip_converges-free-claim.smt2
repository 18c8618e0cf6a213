; warm_ip_converges: free, claim: expected unsat
; Under any warm IP target, with A pods that neither come nor go, a node with T addresses on n ENIs takes at most 2 |T - max(A + Wi, m)| + n - 1 more steps: no setting flaps.
; Rules: R79, R87, R88, R98, R107, R131, R133, R136, R138.
; Rests on: warm_ip_invariants.
; Rests on: warm_ip_grows_in_k_steps.
; Rests on: warm_ip_deleted_eni_is_not_needed.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_ip_invariants).
; On paper: an ENI that is full stays so while nothing is released, and there are at most K ENIs (warm_ip_grows_in_k_steps).
; On paper: a number that falls with every step and is never below 0 ends every run (warm_ip_converges).
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
; it carries no pod
(assert (= eni_assigned 0))
; Wi addresses stay available
(assert (>= (- (- cidrs eni_cidrs) (- assigned eni_assigned)) warm))
; m addresses stay
(assert (>= (- cidrs eni_cidrs) minimum))
; (not the conclusions)
(assert (let ((a!1 (ite (>= (+ (- assigned eni_assigned) warm) minimum)
                (+ (- assigned eni_assigned) warm)
                minimum))
      (a!4 (- cidrs
              (ite (>= (+ assigned warm) minimum) (+ assigned warm) minimum))))
(let ((a!2 (>= (- (- cidrs eni_cidrs) a!1) (- 0 (- (- cidrs eni_cidrs) a!1))))
      (a!5 (* (ite (>= a!4 (- 0 a!4)) a!4 (- 0 a!4)) 2)))
(let ((a!3 (ite a!2
                (- (- cidrs eni_cidrs) a!1)
                (- 0 (- (- cidrs eni_cidrs) a!1)))))
  (not (< (+ (* a!3 2) (- enis 1)) (+ a!5 enis)))))))
(check-sat)
(exit)
