; new_eni_size_fits, premises: expected sat
; A new ENI is asked for with no more CIDRs than it has slots. And with at least one, unless a warm IP target counted in addresses misses none.
; Rules: R107, R108.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_LIA)
(declare-fun short () Int)
(declare-fun warm_prefix () Int)
(declare-fun free_prefixes () Int)
(declare-fun slots () Int)
; short >= 0
(assert (>= short 0))
; warm_prefix >= 0
(assert (>= warm_prefix 0))
; free_prefixes >= 0
(assert (>= free_prefixes 0))
; slots >= 0
(assert (>= slots 0))
; an ENI has a slot
(assert (distinct slots 0))
(check-sat)
(exit)
