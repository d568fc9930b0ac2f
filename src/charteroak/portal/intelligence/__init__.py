"""Indicators: the desk proposes and releases them through the gate; members read what was released to them."""
