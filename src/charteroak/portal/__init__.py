"""Pages, forms and feeds: one Django app per subject, each a thin shell over ``charteroak.services``."""
