import pytest

from organisations.appointments.made_up import County


@pytest.fixture
def county(db) -> County:
    """The small made-up county."""
    return County()
