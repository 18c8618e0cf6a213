; prefix_warm_prefix_max_pods_invariants: begin, claim: expected unsat
; In prefix mode under WARM_PREFIX_TARGET alone, growth being limited by max pods C, every step keeps to the caps, owns no more prefixes than the peak of pods and the targets ask for, and attaches an ENI only where all others are full.
; Rules: R5, R33, R79, R99, R101, R107, R108, R138, R131, R133, R136.
; Rests on: sums_of_enis.
; Rests on: full_enis.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_prefix_max_pods_invariants).
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
(assert (let ((a!1 (<= (- enis enis) (* (- (- enis enis) (- enis enis)) 16)))
      (a!2 (+ (div (- (+ peak 16) 1) 16) (* 2 warm_prefix)))
      (a!4 (- (div (- (+ max_pods 16) 1) 16) 1))
      (a!7 (* (- (+ (- enis enis) 1) 1) slots)))
(let ((a!3 (ite (= warm_prefix 0)
                (+ (div peak 16) 1)
                (ite (<= (+ peak warm_prefix) (- a!2 1))
                     (+ peak warm_prefix)
                     (- a!2 1)))))
(let ((a!5 (<= a!3 (+ a!4 (ite (>= warm_prefix 1) warm_prefix 1)))))
(let ((a!6 (ite a!5 a!3 (+ a!4 (ite (>= warm_prefix 1) warm_prefix 1)))))
(let ((a!8 (or (= (+ (- enis enis) 1) 1)
               (< a!7 (ite (= max_pods 0) (* 0 max_pods) a!6)))))
(let ((a!9 (and (>= (- enis enis) 0)
                (>= (- (- enis enis) (- enis enis)) 0)
                (>= (- enis enis) (- (- enis enis) (- enis enis)))
                a!1
                (<= (- enis enis) slots)
                (<= (+ (- enis enis) 1) max_enis)
                (>= (+ (- enis enis) 1) 1)
                (<= (- enis enis) peak)
                (<= (- enis enis) (ite (= max_pods 0) (* 0 max_pods) a!6))
                a!8)))
  (not a!9))))))))
(check-sat)
(exit)
