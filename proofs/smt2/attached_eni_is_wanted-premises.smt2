; attached_eni_is_wanted, premises: expected sat
; With WARM_ENI_TARGET >= 1 the ENI that a too low pool asks for does not make one too many. That is, after the new ENI and all its addresses are there, fewer ENIs are not wanted.
; Rules: R79, R83, R107, R133.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun warm_eni () Int)
(declare-fun slots () Int)
(declare-fun max_pods () Int)
(declare-fun total () Int)
(declare-fun available () Int)
(declare-fun short () Int)
(declare-fun warm_ip () Bool)
(declare-fun prefix_mode () Bool)
; warm_eni >= 0
(assert (>= warm_eni 0))
; available >= 0
(assert (>= available 0))
; an ENI holds an address
(assert (>= slots 1))
; available addresses are owned
(assert (<= available total))
; WARM_ENI_TARGET is not 0
(assert (distinct warm_eni 0))
; no warm IP target
(assert (not warm_ip))
; secondary-address mode
(assert (not prefix_mode))
; the pool is too low
(assert (let ((a!1 (ite warm_ip
                (> short 0)
                (or (< available (* slots warm_eni))
                    (and (= warm_eni 0) (= available 0))))))
  (and (< total max_pods) a!1)))
(check-sat)
(exit)
