"""What every slice stands on, and nothing of the business."""
