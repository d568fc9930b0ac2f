"""Published security frameworks as dated data: catalogs by edition, and crosswalks with their authority.

An outline here says what a publisher's identifiers are. It never says that anyone conforms to them.
"""
