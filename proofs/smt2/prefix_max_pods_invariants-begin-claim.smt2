; prefix_max_pods_invariants: begin, claim: expected unsat
; In prefix mode with max pods C an ENI comes only where all others are full and hold fewer than C addresses.
; Rules: R79, R99, R101, R107.
; Rests on: sums_of_enis.
; Rests on: full_enis.
; Rests on: max_pods_stops_growth.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_max_pods_invariants).
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
; prefix mode
(assert prefix_mode)
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
; (not the conclusions)
(assert (let ((a!1 (<= (- enis enis) (* (- (- enis enis) (- enis enis)) 16)))
      (a!2 (* (- (+ (- enis enis) 1) 1) slots 16)))
(let ((a!3 (or (= (+ (- enis enis) 1) 1) (< a!2 max_pods))))
(let ((a!4 (and (>= (- enis enis) 0)
                (>= (- (- enis enis) (- enis enis)) 0)
                (>= (- enis enis) (- (- enis enis) (- enis enis)))
                a!1
                (<= (- enis enis) slots)
                (<= (+ (- enis enis) 1) max_enis)
                (>= (+ (- enis enis) 1) 1)
                (<= (- enis enis) peak)
                a!3)))
  (not a!4)))))
(check-sat)
(exit)
