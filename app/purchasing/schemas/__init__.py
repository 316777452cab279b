"""Shapes of the calls about suppliers, orders and expected deliveries."""
