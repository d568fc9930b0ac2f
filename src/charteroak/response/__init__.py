"""Reports and what follows from them on a bad day: how severe an incident is. Pure; decides from what it is given."""
