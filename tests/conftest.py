"""Every test has its data in a directory of its own, never in the installation's."""

import importlib
import os
import shutil
import tempfile

import pytest
from django.conf import settings

from samling.web import settings as installation

DATA = tempfile.mkdtemp(prefix="samling-tests-")
os.environ["SAMLING_DATA"] = DATA
# pytest-django has read the settings before this file is run; read them again.
importlib.reload(installation)
for name in dir(installation):
    if name.isupper():
        setattr(settings, name, getattr(installation, name))


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(DATA, ignore_errors=True)
