; warm_ip_max_pods_reserved_within_bound: ENIs, divisions: expected unsat
; With max pods Pm and a warm IP target a node owns at most T = min(B, K M, M ceil(Pm / M)) addresses, no more than Pm + M - 1, and has at most N = max(1, min(K, ceil(B / M), ceil(Pm / M))) ENIs: it reserves T + N. B = max(min(P, a) + Wi, m), or m if Wi = 0, and a = Pm - 1, or M (ceil(Pm / M) - 1) if max(Wi, m) >= Pm.
; Rules: R79, R87, R88, R91, R98, R101, R107, R133, R136, R138.
; Rests on: warm_ip_max_pods_invariants.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_ip_max_pods_invariants).
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
(declare-fun max_pods () Int)
(declare-fun enis () Int)
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
; no more ENIs are attached than may be
(assert (<= enis max_enis))
; no more ENIs than the addresses need that are ever wanted
(assert (let ((a!1 (* (div (- (+ max_pods slots) 1) slots) slots)))
(let ((a!2 (ite (>= (ite (>= warm minimum) warm minimum) max_pods)
                (- a!1 slots)
                (- max_pods 1))))
(let ((a!3 (>= (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
(let ((a!4 (ite a!3 (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
(let ((a!5 (- (+ (ite (= warm 0) minimum a!4) slots) 1)))
  (<= enis (ite (>= (div a!5 slots) 1) (div a!5 slots) 1))))))))
; no more ENIs than max pods need
(assert (let ((a!1 (>= (div (- (+ max_pods slots) 1) slots) 1)))
(let ((a!2 (ite a!1 (div (- (+ max_pods slots) 1) slots) 1)))
  (<= enis a!2))))
; (some division is not meant)
(assert (let ((a!1 (* (div (- (+ max_pods slots) 1) slots) slots)))
(let ((a!2 (ite (>= (ite (>= warm minimum) warm minimum) max_pods)
                (- a!1 slots)
                (- max_pods 1))))
(let ((a!3 (>= (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
(let ((a!4 (ite a!3 (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
(let ((a!5 (and (>= max_pods 0)
                (>= slots 1)
                (>= (ite (= warm 0) minimum a!4) 0)
                (>= slots 1)
                (>= max_pods 0)
                (>= slots 1)
                (>= max_pods 0)
                (>= slots 1)
                (>= (ite (= warm 0) minimum a!4) 0)
                (>= slots 1)
                (>= max_pods 0)
                (>= slots 1))))
  (not a!5)))))))
(check-sat)
(exit)
