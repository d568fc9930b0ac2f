"""Pages of exercises: the facilitator's below an organisation, the players' below ``/exercises/``."""
