import pytest

# The assertions of the specs stand in this module, and are to be explained like those of tests.
pytest.register_assert_rewrite("tests.unit.rules.spec")
