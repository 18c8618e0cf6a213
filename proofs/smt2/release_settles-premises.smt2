; release_settles, premises: expected sat
; Counted in addresses, after a release none is missing and none surplus. The release takes only available ones.
; Rules: R87, R88, R138.
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
; something is released
(assert (let ((a!1 (ite (>= (- available warm) 0) (- available warm) 0)))
(let ((a!2 (ite (<= a!1 (- total minimum)) a!1 (- total minimum))))
  (> (ite (>= a!2 0) a!2 0) 0))))
(check-sat)
(exit)
