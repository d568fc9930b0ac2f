"""What to do on a bad day: pages that need no account, for sign-in may be what fails."""
