"""The old name of app.kernel.table_cells."""

from app.kernel.table_cells import CellMistake, choice_cell, whole_cell, yes_no_cell, yes_or_no

__all__ = ["CellMistake", "choice_cell", "whole_cell", "yes_no_cell", "yes_or_no"]
