"""Choosing the vectors of events: `python -m tools.vectors`.

walks      what happens to nodes of many settings, as long as it leads to something new
choosing   as few cases as show every wrong model, rule and kind of outcome
__main__   the command line
"""
