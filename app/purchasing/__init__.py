"""What is bought from whom: suppliers and their terms, purchase orders, expected deliveries."""
