; warm_eni_reserved_at_rest_within_bound: reserved, divisions: expected unsat
; Under WARM_ENI_TARGET = We alone a node at rest with p pods has at most min(N, max(We + ceil(p / M), p + 1)) ENIs, N being the most it ever attaches with its peak and max pods, and reserves at most so many times M + 1 addresses.
; Rules: R79, R98, R101, R107, R133, R136.
; Rests on: warm_eni_reserved_within_bound.
; Rests on: full_enis.
; Rests on: warm_eni_idle_enis_go.
; Rests on: enis_not_yet_enough.
; Rests on: fewer_enis_reserve_fewer.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_invariants).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_idle_enis_go).
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
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
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
; there is the primary ENI
(assert (>= enis 1))
; pods are counted
(assert (>= assigned 0))
; their CIDRs fit into their slots
(assert (<= cidrs (* enis slots)))
; no more ENIs than ever come
(assert (let ((a!1 (+ warm_eni (div (- (+ peak slots) 1) slots))))
(let ((a!2 (ite (= warm_eni 0) (+ (div peak slots) 1) a!1)))
(let ((a!3 (<= (ite (<= max_enis a!2) max_enis a!2)
               (div (- (+ max_pods slots) 1) slots))))
(let ((a!4 (ite a!3
                (ite (<= max_enis a!2) max_enis a!2)
                (div (- (+ max_pods slots) 1) slots))))
  (<= enis (ite (>= a!4 1) a!4 1)))))))
; no more ENIs than stay
(assert (let ((a!1 (+ warm_eni (div (- (+ assigned slots) 1) slots))))
  (<= enis (ite (>= a!1 (+ assigned 1)) a!1 (+ assigned 1)))))
; fewer_enis_reserve_fewer: ENIs
(assert (let ((a!1 (+ warm_eni (div (- (+ peak slots) 1) slots)))
      (a!5 (+ warm_eni (div (- (+ assigned slots) 1) slots))))
(let ((a!2 (ite (= warm_eni 0) (+ (div peak slots) 1) a!1))
      (a!6 (ite (>= a!5 (+ assigned 1)) a!5 (+ assigned 1))))
(let ((a!3 (<= (ite (<= max_enis a!2) max_enis a!2)
               (div (- (+ max_pods slots) 1) slots))))
(let ((a!4 (ite a!3
                (ite (<= max_enis a!2) max_enis a!2)
                (div (- (+ max_pods slots) 1) slots))))
(let ((a!7 (ite (<= (ite (>= a!4 1) a!4 1) a!6) (ite (>= a!4 1) a!4 1) a!6)))
(let ((a!8 (not (and (>= slots 1) (<= enis a!7) (<= cidrs (* enis slots))))))
  (or a!8 (<= (+ cidrs enis) (* a!7 (+ slots 1)))))))))))
; (some division is not meant)
(assert (not (and (>= max_pods 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1)
          (>= assigned 0)
          (>= slots 1)
          (>= max_pods 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1)
          (>= peak 0)
          (>= slots 1)
          (>= assigned 0)
          (>= slots 1))))
(check-sat)
(exit)
