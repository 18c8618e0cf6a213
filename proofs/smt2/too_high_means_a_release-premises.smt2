; too_high_means_a_release, premises: expected sat
; The pool is too high exactly when there is something to release.
; Rules: R131, R138.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_LIA)
(declare-fun warm_ip () Bool)
(declare-fun over () Int)
(declare-fun prefix_mode () Bool)
(declare-fun free_prefixes () Int)
(declare-fun warm_prefix () Int)
(assert (>= over 0))
(assert (>= free_prefixes 0))
(assert (>= warm_prefix 0))
(check-sat)
(exit)
