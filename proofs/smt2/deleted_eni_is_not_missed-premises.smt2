; deleted_eni_is_not_missed, premises: expected sat
; With WARM_ENI_TARGET >= 1, where fewer ENIs are wanted, the pool is not too low without one. The ENI carries no pod and `deleted` addresses, at most M. It is not max pods that keeps the pool from being too low: the claim is for every max pods.
; Rules: R79, R83, R133.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun warm_eni () Int)
(declare-fun slots () Int)
(declare-fun total () Int)
(declare-fun available () Int)
(declare-fun deleted () Int)
(declare-fun warm_ip () Bool)
(declare-fun prefix_mode () Bool)
(declare-fun idle_eni () Bool)
; warm_eni >= 0
(assert (>= warm_eni 0))
; available >= 0
(assert (>= available 0))
; an ENI holds an address
(assert (>= slots 1))
; available addresses are owned
(assert (<= available total))
; deleted >= 0
(assert (>= deleted 0))
; the ENI holds at most M
(assert (<= deleted slots))
; WARM_ENI_TARGET is not 0
(assert (distinct warm_eni 0))
; no warm IP target
(assert (not warm_ip))
; secondary-address mode
(assert (not prefix_mode))
; fewer ENIs are wanted
(assert (or warm_ip (>= available (* (+ warm_eni 1) slots)) (and prefix_mode idle_eni)))
(check-sat)
(exit)
