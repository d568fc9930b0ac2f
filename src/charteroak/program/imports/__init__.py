"""Written programs and control lists that exist already: read within limits, and assigned to practices by hand.

``reading`` turns bytes into rows or sections, ``suggestions`` says which practices their identifiers name, ``mapping``
holds what a person decided and plans what would be recorded. Nothing is claimed by bringing a file in.
"""
