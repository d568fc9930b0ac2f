"""Charter Oak: run a security program, prove it, report what happens, receive protection.

The packages below ``records`` and ``adapters`` are a pure library: they open no socket, read no clock and know
no Django, so ``from charteroak.mail import analyze`` works anywhere. ARCHITECTURE.md is the map.
"""

__version__ = "0.1.0"
