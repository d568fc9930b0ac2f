"""The guided start: plain answers in, a classification of information, a proposal and a first list of gaps out.

Pure: nothing here records, and nothing here says that a framework is met. What a person did not say stays unknown.
"""
