"""Plan, sheets, lines, variances, decisions, posting."""
