"""Figures and text to files: Excel, CSV and JSON-stat."""

from samling.documents.csv_file import to_csv
from samling.documents.figures import Column, FigureTable, FigureTableError
from samling.documents.json_stat import to_json_stat
from samling.documents.xlsx_file import to_xlsx

__all__ = ["Column", "FigureTable", "FigureTableError", "to_csv", "to_json_stat", "to_xlsx"]
