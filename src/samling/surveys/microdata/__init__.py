"""Files of microdata: CSV, Excel, Parquet, SPSS and Stata become a table with a codebook."""

from samling.surveys.microdata.describing import DescriptionRow, describe
from samling.surveys.microdata.model import Microdata, MicrodataError, Note, ReadOptions
from samling.surveys.microdata.reading import KNOWN, read_microdata

__all__ = [
    "KNOWN",
    "DescriptionRow",
    "Microdata",
    "MicrodataError",
    "Note",
    "ReadOptions",
    "describe",
    "read_microdata",
]
