"""
The grammar of indicators: measure × window × comparison, as data.

`measures.yaml` says what is measured and which comparisons make sense of it, `comparisons.yaml` how a comparison is
named, told and windowed. `expand` makes the indicators of both, and says which facts they need.
"""
