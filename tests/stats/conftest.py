"""Data of R's package survey: nhanes is carried here, the rest R exports when it is here."""

import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def nhanes() -> pa.Table:
    return pyarrow.csv.read_csv(GOLDEN / "nhanes.csv")


@pytest.fixture(scope="session")
def rscript() -> str:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not installed (Debian: r-base-core r-cran-survey)")
    return program


@pytest.fixture(scope="session")
def r_data(rscript: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    folder = tmp_path_factory.mktemp("survey")
    subprocess.run([rscript, GOLDEN / "survey.R", "data", folder], check=True, capture_output=True)
    return {path.stem: pyarrow.csv.read_csv(path) for path in folder.glob("*.csv")}
