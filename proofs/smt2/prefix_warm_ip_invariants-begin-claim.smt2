; prefix_warm_ip_invariants: begin, claim: expected unsat
; In prefix mode under WARM_IP_TARGET or MINIMUM_IP_TARGET, every step keeps to the caps, owns no more prefixes than the peak of pods and the targets ask for, and attaches an ENI only where all others are full.
; Rules: R5, R33, R79, R99, R101, R107, R108, R138, R87, R88, R93, R133, R136.
; Rests on: sums_of_enis.
; Rests on: full_enis.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_ip_invariants).
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
; (not the conclusions)
(assert (let ((a!1 (<= (- enis enis) (* (- (- enis enis) (- enis enis)) 16)))
      (a!2 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum)))
      (a!4 (* (- (+ (- enis enis) 1) 1) slots)))
(let ((a!3 (<= (- enis enis) (div (- (+ a!2 16) 1) 16)))
      (a!5 (< a!4 (div (- (+ a!2 16) 1) 16))))
(let ((a!6 (or (= (+ (- enis enis) 1) 1) a!5)))
(let ((a!7 (and (>= (- enis enis) 0)
                (>= (- (- enis enis) (- enis enis)) 0)
                (>= (- enis enis) (- (- enis enis) (- enis enis)))
                a!1
                (<= (- enis enis) slots)
                (<= (+ (- enis enis) 1) max_enis)
                (>= (+ (- enis enis) 1) 1)
                (<= (- enis enis) peak)
                a!3
                a!6)))
  (not a!7))))))
(check-sat)
(exit)
