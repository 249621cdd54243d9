"""The door to the payment service."""
