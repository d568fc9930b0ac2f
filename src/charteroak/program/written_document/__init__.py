"""The written program as a document, from what an organisation writes in its draft and what its record holds.

Conn. Gen. Stat. section 42-901: a program in writing (E7) that is created, maintained and complied with (E8), with
administrative, technical and physical safeguards (E9), designed for three objectives (E10), of a scale and scope that
rest on four factors (E11).

``draft`` is what the organisation writes; ``policies`` are the rules in our words, which it fills in and changes;
``document`` makes of both, and of the status of the program, one document and the list of its open points. Nothing is
stated as done that is not answered *yes* on record, and no reason of scale is ever written for anybody.
"""
