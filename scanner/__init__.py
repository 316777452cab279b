"""Pictures of barcodes, and what the codes in them mean. Stands alone: imports nothing of the app."""
