"""Services that somebody else runs.

KITH_TEST_KAFKA_BOOTSTRAP, KITH_TEST_PROVISION_PASSWORD (of the user hub-provision, SCRAM-SHA-512,
with the permissions of schemas/principals.yaml and ALTER on the cluster), and
KITH_TEST_POSTGRES_OWNER_DSN, _WRITER_DSN, _READER_DSN, _WATCH_DSN (roles kith_owner with CREATEDB
and member of the others, kith_writer, kith_reader, kith_watch). The tests delete every
topic: never name a broker that holds anything.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.services import Services, write_secrets


@contextmanager
def external_services() -> Iterator[Services]:
    """Use what the variables name. Raises KeyError for the first that is missing."""
    root = Path(tempfile.mkdtemp(prefix="kith-test-"))
    password = os.environ["KITH_TEST_PROVISION_PASSWORD"]
    write_secrets(root, {"kafka.json": {"hub-provision": password}})
    services = Services(
        bootstrap=os.environ["KITH_TEST_KAFKA_BOOTSTRAP"],
        state_dir=root,
        owner_dsn=os.environ["KITH_TEST_POSTGRES_OWNER_DSN"],
        writer_dsn=os.environ["KITH_TEST_POSTGRES_WRITER_DSN"],
        reader_dsn=os.environ["KITH_TEST_POSTGRES_READER_DSN"],
        watch_dsn=os.environ["KITH_TEST_POSTGRES_WATCH_DSN"],
    )
    try:
        services.provision()
        yield services
    finally:
        shutil.rmtree(root, ignore_errors=True)
