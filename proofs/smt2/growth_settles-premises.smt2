; growth_settles, premises: expected sat
; Counted in addresses, once what is missing was granted none is missing and none surplus.
; Rules: R87, R88, R91.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_LIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun total () Int)
(declare-fun available () Int)
; warm >= 0
(assert (>= warm 0))
; minimum >= 0
(assert (>= minimum 0))
; available >= 0
(assert (>= available 0))
; available addresses are owned
(assert (<= available total))
; something is missing
(assert (let ((a!1 (ite (>= (- warm available) 0) (- warm available) 0)))
  (> (ite (>= a!1 (- minimum total)) a!1 (- minimum total)) 0)))
(check-sat)
(exit)
