"""Papers of an incident, filled in from its record: ICS 201, 202 and 214, a situation report, an after-action report.

Numbers and titles of the ICS fields are those of FEMA's ICS Forms Booklet (FEMA 502-2), a work of the federal
government; the layout is ours. What the record does not say stays a blank that says what belongs there.
"""
