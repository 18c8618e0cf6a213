; warm_ip_converges: release, claim: expected unsat
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
(declare-fun share () Int)
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
; the pool is too high
(assert (let ((a!1 (- cidrs (div (- (+ assigned warm 1) 1) 1)))
      (a!2 (- cidrs (div (- (+ minimum 1) 1) 1)))
      (a!4 (>= (- (- (* cidrs 1) assigned) warm) 0))
      (a!8 (ite prefix_mode
                (ite (>= (- free_cidrs warm_prefix) 0)
                     (- free_cidrs warm_prefix)
                     0)
                0)))
(let ((a!3 (ite (<= free_cidrs (ite (<= a!1 a!2) a!1 a!2))
                free_cidrs
                (ite (<= a!1 a!2) a!1 a!2)))
      (a!5 (ite a!4 (- (- (* cidrs 1) assigned) warm) 0)))
(let ((a!6 (ite (<= a!5 (- (* cidrs 1) minimum)) a!5 (- (* cidrs 1) minimum))))
(let ((a!7 (ite prefix_mode (ite (>= a!3 0) a!3 0) (ite (>= a!6 0) a!6 0))))
(let ((a!9 (ite (ite (or (distinct warm 0) (distinct minimum 0))
                     (> a!7 0)
                     (and prefix_mode (> free_cidrs warm_prefix)))
                (ite (or (distinct warm 0) (distinct minimum 0)) a!7 a!8)
                0)))
  (> a!9 0)))))))
; the ENI gives what it has
(assert (and (>= share 0) (<= share eni_free_cidrs)))
; the others give the rest
(assert (let ((a!1 (- cidrs (div (- (+ assigned warm 1) 1) 1)))
      (a!2 (- cidrs (div (- (+ minimum 1) 1) 1)))
      (a!4 (>= (- (- (* cidrs 1) assigned) warm) 0))
      (a!8 (ite prefix_mode
                (ite (>= (- free_cidrs warm_prefix) 0)
                     (- free_cidrs warm_prefix)
                     0)
                0)))
(let ((a!3 (ite (<= free_cidrs (ite (<= a!1 a!2) a!1 a!2))
                free_cidrs
                (ite (<= a!1 a!2) a!1 a!2)))
      (a!5 (ite a!4 (- (- (* cidrs 1) assigned) warm) 0)))
(let ((a!6 (ite (<= a!5 (- (* cidrs 1) minimum)) a!5 (- (* cidrs 1) minimum))))
(let ((a!7 (ite prefix_mode (ite (>= a!3 0) a!3 0) (ite (>= a!6 0) a!6 0))))
(let ((a!9 (ite (ite (or (distinct warm 0) (distinct minimum 0))
                     (> a!7 0)
                     (and prefix_mode (> free_cidrs warm_prefix)))
                (ite (or (distinct warm 0) (distinct minimum 0)) a!7 a!8)
                0)))
  (and (>= (- a!9 share) 0) (<= (- a!9 share) (- free_cidrs eni_free_cidrs)))))))))
; (not the conclusions)
(assert (let ((a!1 (div (- (+ (+ assigned warm) 1) 1) 1))
      (a!2 (- cidrs (div (- (+ minimum 1) 1) 1)))
      (a!5 (>= (- (- (* cidrs 1) assigned) warm) 0))
      (a!9 (ite prefix_mode
                (ite (>= (- free_cidrs warm_prefix) 0)
                     (- free_cidrs warm_prefix)
                     0)
                0))
      (a!12 (>= (+ (- assigned (- share share)) warm) minimum))
      (a!16 (- cidrs
               (ite (>= (+ assigned warm) minimum) (+ assigned warm) minimum))))
(let ((a!3 (ite (<= (- cidrs a!1) a!2) (- cidrs a!1) a!2))
      (a!6 (ite a!5 (- (- (* cidrs 1) assigned) warm) 0))
      (a!13 (ite a!12 (+ (- assigned (- share share)) warm) minimum))
      (a!17 (* (ite (>= a!16 (- 0 a!16)) a!16 (- 0 a!16)) 2)))
(let ((a!4 (ite (>= (ite (<= free_cidrs a!3) free_cidrs a!3) 0)
                (ite (<= free_cidrs a!3) free_cidrs a!3)
                0))
      (a!7 (ite (<= a!6 (- (* cidrs 1) minimum)) a!6 (- (* cidrs 1) minimum))))
(let ((a!8 (> (ite prefix_mode a!4 (ite (>= a!7 0) a!7 0)) 0))
      (a!10 (ite (or (distinct warm 0) (distinct minimum 0))
                 (ite prefix_mode a!4 (ite (>= a!7 0) a!7 0))
                 a!9)))
(let ((a!11 (ite (ite (or (distinct warm 0) (distinct minimum 0))
                      a!8
                      (and prefix_mode (> free_cidrs warm_prefix)))
                 a!10
                 0)))
(let ((a!14 (>= (- (- cidrs a!11) a!13) (- 0 (- (- cidrs a!11) a!13)))))
(let ((a!15 (ite a!14 (- (- cidrs a!11) a!13) (- 0 (- (- cidrs a!11) a!13)))))
  (not (< (+ (* a!15 2) enis) (+ a!17 enis)))))))))))
(check-sat)
(exit)
