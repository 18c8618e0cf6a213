; too_high_means_a_release, premises: expected sat
; The pool is too high exactly when there is something to release.
; Rules: R131, R138.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_LIA)
(declare-fun over () Int)
(declare-fun free_prefixes () Int)
(declare-fun warm_prefix () Int)
; over >= 0
(assert (>= over 0))
; free_prefixes >= 0
(assert (>= free_prefixes 0))
; warm_prefix >= 0
(assert (>= warm_prefix 0))
(check-sat)
(exit)
