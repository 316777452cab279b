"""Pictures of damages and unknown codes, and the reading of barcodes from pictures."""
