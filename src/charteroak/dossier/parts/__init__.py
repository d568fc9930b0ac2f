"""The numbered parts of a dossier: each a function from what is on record to plain values, with an answer in front.

A part that has nothing to say is made too, and says why. Nothing here is invented: what the record does not hold is
left out, or stands as unknown.
"""
