; prefix_warm_prefix_max_pods_reserved_at_rest: ENIs, premises: expected sat
; In prefix mode under WARM_PREFIX_TARGET alone, growth being limited by max pods C, a node at rest with p pods and x prefixes reserves at most 16 x + n(x) addresses, n(x) = min(N, 1 + x) if x = p + Wp, else N = max(1, ceil(X / Q)).
; Rules: R133, R136.
; Rests on: prefix_warm_prefix_max_pods_prefixes_at_rest.
; Rests on: enis_that_hold_a_prefix_of_16.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_prefix_max_pods_invariants).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (enis_that_hold_a_prefix_of_16).
(set-info :smt-lib-version 2.6)
(set-info :status sat)
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
; prefix mode
(assert prefix_mode)
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
; free CIDRs are counted
(assert (>= free_cidrs 0))
; free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
; the bound of every state holds
(assert (let ((a!1 (+ (div (- (+ peak 16) 1) 16) (* 2 warm_prefix)))
      (a!3 (- (div (- (+ max_pods 16) 1) 16) 1)))
(let ((a!2 (ite (= warm_prefix 0)
                (+ (div peak 16) 1)
                (ite (<= (+ peak warm_prefix) (- a!1 1))
                     (+ peak warm_prefix)
                     (- a!1 1)))))
(let ((a!4 (<= a!2 (+ a!3 (ite (>= warm_prefix 1) warm_prefix 1)))))
(let ((a!5 (ite a!4 a!2 (+ a!3 (ite (>= warm_prefix 1) warm_prefix 1)))))
(let ((a!6 (ite (<= (ite (= max_pods 0) (* 0 max_pods) a!5) (* max_enis slots))
                (ite (= max_pods 0) (* 0 max_pods) a!5)
                (* max_enis slots))))
(let ((a!7 (>= (div (- (+ a!6 slots) 1) slots) 1)))
(let ((a!8 (ite a!7 (div (- (+ a!6 slots) 1) slots) 1)))
  (<= enis a!8)))))))))
; there is at most one ENI more than CIDRs
(assert (or (not (>= free_cidrs warm_prefix)) (<= enis (+ cidrs 1))))
(check-sat)
(exit)
