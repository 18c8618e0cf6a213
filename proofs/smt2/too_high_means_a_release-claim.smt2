; too_high_means_a_release, claim: expected unsat
; The pool is too high exactly when there is something to release.
; Rules: R131, R138.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_LIA)
(declare-fun warm_ip () Bool)
(declare-fun over () Int)
(declare-fun prefix_mode () Bool)
(declare-fun free_prefixes () Int)
(declare-fun warm_prefix () Int)
; over >= 0
(assert (>= over 0))
; free_prefixes >= 0
(assert (>= free_prefixes 0))
; warm_prefix >= 0
(assert (>= warm_prefix 0))
; (not the conclusions)
(assert (let ((a!1 (ite prefix_mode
                (ite (>= (- free_prefixes warm_prefix) 0)
                     (- free_prefixes warm_prefix)
                     0)
                0)))
(let ((a!2 (ite (ite warm_ip
                     (> over 0)
                     (and prefix_mode (> free_prefixes warm_prefix)))
                (> (ite warm_ip over a!1) 0)
                (<= (ite warm_ip over a!1) 0))))
  (not a!2))))
(check-sat)
(exit)
