"""People, organisations and who may act for whom."""
