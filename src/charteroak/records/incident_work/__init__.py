"""What is done about an incident: how severe it was judged, which tasks followed, which logs were read."""
