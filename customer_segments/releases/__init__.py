"""What is published: drafts, releases, what a new one changes."""
