"""`make bench`: what a request costs, on PostgreSQL with the production settings and server."""
