; warm_eni_reserved_within_bound: reserved, divisions: expected unsat
; Under WARM_ENI_TARGET = We alone a node with at most P pods and max pods C >= 1 never attaches more than n = max(1, min(N, ceil(C / M))) ENIs or reserves more than n (M + 1) addresses, N = min(K, We + ceil(P / M)), or min(K, 1 + floor(P / M)) if We = 0; with C = 0 nothing but the primary address.
; Rules: R79, R98, R101, R107, R131, R133, R136.
; Rests on: warm_eni_invariants.
; Rests on: enis_not_yet_enough.
; Rests on: enis_filled_by_pods.
; Rests on: fewer_enis_reserve_fewer.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_invariants).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm_eni () Int)
(declare-fun max_enis () Int)
(declare-fun slots () Int)
(declare-fun peak () Int)
(declare-fun max_pods () Int)
(declare-fun enis () Int)
(declare-fun cidrs () Int)
; an ENI has a slot
(assert (>= slots 1))
; the peak is a number of pods
(assert (>= peak 0))
; max pods >= 1
(assert (>= max_pods 1))
; their CIDRs fit into their slots
(assert (<= cidrs (* enis slots)))
; ENIs within bound
(assert (let ((a!1 (+ warm_eni (div (- (+ peak slots) 1) slots))))
(let ((a!2 (ite (= warm_eni 0) (+ (div peak slots) 1) a!1)))
(let ((a!3 (<= (ite (<= max_enis a!2) max_enis a!2)
               (div (- (+ max_pods slots) 1) slots))))
(let ((a!4 (ite a!3
                (ite (<= max_enis a!2) max_enis a!2)
                (div (- (+ max_pods slots) 1) slots))))
  (<= enis (ite (>= a!4 1) a!4 1)))))))
; fewer_enis_reserve_fewer: ENIs
(assert (let ((a!1 (+ warm_eni (div (- (+ peak slots) 1) slots))))
(let ((a!2 (ite (= warm_eni 0) (+ (div peak slots) 1) a!1)))
(let ((a!3 (<= (ite (<= max_enis a!2) max_enis a!2)
               (div (- (+ max_pods slots) 1) slots))))
(let ((a!4 (ite a!3
                (ite (<= max_enis a!2) max_enis a!2)
                (div (- (+ max_pods slots) 1) slots))))
(let ((a!5 (and (>= slots 1)
                (<= enis (ite (>= a!4 1) a!4 1))
                (<= cidrs (* enis slots))))
      (a!6 (<= (+ cidrs enis) (* (ite (>= a!4 1) a!4 1) (+ slots 1)))))
  (or (not a!5) a!6)))))))
; (some division is not meant)
(assert (not (and (>= max_pods 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1)
          (>= max_pods 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1))))
(check-sat)
(exit)
