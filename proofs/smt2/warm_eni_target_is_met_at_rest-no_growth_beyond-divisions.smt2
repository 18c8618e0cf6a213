; warm_eni_target_is_met_at_rest: no growth beyond, divisions: expected unsat
; Under WARM_ENI_TARGET = We alone a node grows exactly as long as fewer than max(M We, 1) addresses are available, not all K ENIs are full, and fewer addresses than max pods are owned; so at rest the target is met, or all ENIs are full, or max pods is reached.
; Rules: R79, R98, R101, R107.
; Rests on: warm_eni_invariants.
; Rests on: full_enis.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_invariants).
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
(declare-fun max_pods () Int)
(declare-fun enis () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
(declare-fun free_cidrs () Int)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
(declare-fun primary () Bool)
; secondary-address mode
(assert (not prefix_mode))
; no warm IP target governs
(assert (not (or (distinct warm 0) (distinct minimum 0))))
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
; max pods >= 0
(assert (>= max_pods 0))
; of the ENI: free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; of the ENI: free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; of the ENI: CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; of the ENI: the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 1)))
; no ENI holds more CIDRs than it has slots
(assert (<= eni_cidrs slots))
; no more ENIs are attached than may be
(assert (<= enis max_enis))
; the primary ENI is attached
(assert (>= enis 1))
; there are never more pods than the peak
(assert (<= assigned peak))
; all ENIs are full, or the primary one is alone and empty
(assert (or (= cidrs (* enis slots)) (and (= enis 1) (= cidrs 0))))
; no more ENIs are attached than pods and target ask for
(assert (let ((a!1 (+ peak (ite (>= (* slots warm_eni) 1) (* slots warm_eni) 1))))
  (< (* (- enis 1) slots) a!1)))
; less than one ENI's worth is owned above max pods
(assert (or (= cidrs 0) (< cidrs (+ max_pods slots))))
; an ENI besides the primary one makes two
(assert (or primary (>= enis 2)))
; of all ENIs: free CIDRs are counted
(assert (>= free_cidrs 0))
; of all ENIs: free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; of all ENIs: CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; of all ENIs: the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 1)))
; of all ENIs: their CIDRs fit into their slots
(assert (<= cidrs (* enis slots)))
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
; of the other ENIs: their CIDRs fit into their slots
(assert (<= (- cidrs eni_cidrs) (* (- enis 1) slots)))
; the target is met, or all ENIs are full, or max pods is reached
(assert (let ((a!1 (>= (- (* cidrs 1) assigned)
               (ite (>= (* slots warm_eni) 1) (* slots warm_eni) 1))))
  (or a!1 (and (>= enis max_enis) (= cidrs (* enis slots))) (>= cidrs max_pods))))
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
  (not (and (>= a!3 0) (>= a!3 0) (>= a!3 0) (>= a!3 0) (>= a!3 0)))))))
(check-sat)
(exit)
