; prefix_warm_ip_reserved_at_rest: ENIs, premises: expected sat
; In prefix mode under WARM_IP_TARGET or MINIMUM_IP_TARGET, a node at rest with p pods and x prefixes, F of them without pods, reserves at most 16 x + n(x) addresses, n(x) = min(N, 1 + x) if 16 x - p >= 16 ceil(Wi / 16), x >= ceil(m / 16) and F >= Wp, else N = max(1, ceil(X / Q)).
; Rules: R133, R136.
; Rests on: prefix_warm_ip_prefixes_at_rest.
; Rests on: enis_that_hold_a_prefix_of_16.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_ip_invariants).
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
(declare-fun enis () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
(declare-fun free_cidrs () Int)
; prefix mode
(assert prefix_mode)
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
; free CIDRs are counted
(assert (>= free_cidrs 0))
; free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
; the bound of every state holds
(assert (let ((a!1 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum))))
(let ((a!2 (<= (div (- (+ a!1 16) 1) 16) (* max_enis slots))))
(let ((a!3 (ite a!2 (div (- (+ a!1 16) 1) 16) (* max_enis slots))))
(let ((a!4 (>= (div (- (+ a!3 slots) 1) slots) 1)))
(let ((a!5 (ite a!4 (div (- (+ a!3 slots) 1) slots) 1)))
  (<= enis a!5)))))))
; there is at most one ENI more than CIDRs
(assert (let ((a!1 (* (div (- (+ warm 16) 1) 16) 16))
      (a!2 (>= cidrs (div (- (+ minimum 16) 1) 16))))
(let ((a!3 (and (>= (- (* cidrs 16) assigned) a!1)
                a!2
                (>= free_cidrs warm_prefix))))
  (or (not a!3) (<= enis (+ cidrs 1))))))
(check-sat)
(exit)
