; prefix_warm_prefix_reserved_at_rest: ENIs, divisions: expected unsat
; In prefix mode under WARM_PREFIX_TARGET alone, a node at rest with p pods and x prefixes reserves at most 16 x + n(x) addresses, n(x) = min(N, 1 + x) if x = p + Wp, else N = max(1, ceil(X / Q)).
; Rules: R133, R136.
; Rests on: prefix_warm_prefix_prefixes_at_rest.
; Rests on: enis_that_hold_a_prefix_of_16.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_prefix_invariants).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (enis_that_hold_a_prefix_of_16).
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
; free CIDRs are counted
(assert (>= free_cidrs 0))
; free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
; the bound of every state holds
(assert (let ((a!1 (+ (div (- (+ peak 16) 1) 16) (* 2 warm_prefix))))
(let ((a!2 (ite (= warm_prefix 0)
                (+ (div peak 16) 1)
                (ite (<= (+ peak warm_prefix) (- a!1 1))
                     (+ peak warm_prefix)
                     (- a!1 1)))))
(let ((a!3 (+ (ite (<= a!2 (* max_enis slots)) a!2 (* max_enis slots)) slots)))
(let ((a!4 (ite (>= (div (- a!3 1) slots) 1) (div (- a!3 1) slots) 1)))
  (<= enis a!4))))))
; there is at most one ENI more than CIDRs
(assert (or (not (>= free_cidrs warm_prefix)) (<= enis (+ cidrs 1))))
; (some division is not meant)
(assert (let ((a!1 (+ (div (- (+ peak 16) 1) 16) (* 2 warm_prefix))))
(let ((a!2 (ite (= warm_prefix 0)
                (+ (div peak 16) 1)
                (ite (<= (+ peak warm_prefix) (- a!1 1))
                     (+ peak warm_prefix)
                     (- a!1 1)))))
(let ((a!3 (>= (ite (<= a!2 (* max_enis slots)) a!2 (* max_enis slots)) 0)))
  (not (and (>= peak 0)
            (>= peak 0)
            a!3
            (>= slots 1)
            (>= peak 0)
            (>= peak 0)
            a!3
            (>= slots 1)))))))
(check-sat)
(exit)
