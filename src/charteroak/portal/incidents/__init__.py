"""Pages of an organisation's incidents: usable at three in the morning, on a phone, without a script."""
