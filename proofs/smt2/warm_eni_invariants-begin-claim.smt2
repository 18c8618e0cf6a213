; warm_eni_invariants: begin, claim: expected unsat
; Under WARM_ENI_TARGET alone the caps hold, every ENI is full except a primary one that is alone and empty, no address is released without its ENI, attached ENIs stay bounded, and at most M - 1 addresses are owned beyond max pods.
; Rules: R79, R98, R101, R107, R131, R133, R136.
; Rests on: sums_of_enis.
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
; (not the conclusions)
(assert (let ((a!1 (<= (- enis enis) (* (- (- enis enis) (- enis enis)) 1)))
      (a!2 (= (- enis enis) (* (+ (- enis enis) 1) slots)))
      (a!3 (and (= (+ (- enis enis) 1) 1) (= (- enis enis) 0)))
      (a!4 (* (- (+ (- enis enis) 1) 1) slots))
      (a!5 (+ peak (ite (>= (* slots warm_eni) 1) (* slots warm_eni) 1))))
(let ((a!6 (and (>= (- enis enis) 0)
                (>= (- (- enis enis) (- enis enis)) 0)
                (>= (- enis enis) (- (- enis enis) (- enis enis)))
                a!1
                (<= (- enis enis) slots)
                (<= (+ (- enis enis) 1) max_enis)
                (>= (+ (- enis enis) 1) 1)
                (<= (- enis enis) peak)
                (or a!2 a!3)
                (< a!4 a!5)
                (or (= (- enis enis) 0) (< (- enis enis) (+ max_pods slots))))))
  (not a!6))))
(check-sat)
(exit)
