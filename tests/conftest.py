from tests.hypothesis_profiles import load_profile
from tests.shared import describe_shared

load_profile()


def pytest_report_header() -> str:
    return describe_shared()
