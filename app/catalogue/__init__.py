"""Items, units, barcodes and packs, categories."""
