"""Sweden's areas, loaded once in each test that asks for them."""

import pytest

from samling.places.actions import Loaded, load_sweden


@pytest.fixture
def sweden(db: None) -> Loaded:
    return load_sweden(by="test")
