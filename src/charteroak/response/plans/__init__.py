"""Plans for a bad day: a cyber incident response plan (CIRP) and a cyber disruption response plan (CDRP).

A plan is data: roles with people and deputies, numbers to call, levels with who decides and who is told, playbooks,
communications, what comes back first. ``plan`` says what it holds, ``reading`` refuses what it cannot mean,
``starting`` makes a usable one from a short form, ``cirp`` and ``cdrp`` write it as a document. What nobody said stays
a visible blank and is listed as an open point; nothing is made up in anybody's name.

The phases follow NIST SP 800-61 Rev. 3 and the functions of the NIST Cybersecurity Framework 2.0, in our words.
Connecticut's own template and table of levels could not be had: what stands in their place is ours and says so.
"""
