"""Sites, zones and bins: where stock is kept and counted."""
