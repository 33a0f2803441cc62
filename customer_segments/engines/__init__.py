"""The other database engines: connections, and rows to and from them."""
