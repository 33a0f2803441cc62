"""Who goes into a file for a sender of email, and in whose layout."""
