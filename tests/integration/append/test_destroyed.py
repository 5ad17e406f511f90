"""What is opened once is not kept beyond its key."""

import pytest

from projections.append import loading
from projections.entries import Stored
from schemas.keys import KeyDestroyed
from tests.integration.append.hub import AppendHub
from tests.unit.rules.said import incident


def test_who_a_child_is_is_not_kept_when_its_key_is_destroyed(hub: AppendHub) -> None:
    """Fails without: clearing what was opened, on KeyDestroyed."""
    hub.say(incident("ligature", reference="I-1"))
    hub.say(incident("force_used", reference="I-2"))
    assert loading._opened.cache_info().currsize > 0
    ((key_id,),) = hub.rows("select key_id from derived.child")
    (row,) = hub.rows(
        "select header, key_id, nonce, sealed from derived.entry where type = 'child-identified'"
    )
    hub.world.keys.destroy(key_id)
    with pytest.raises(KeyDestroyed):
        loading._identified(Stored(*row), hub.world)
    assert loading._opened.cache_info().currsize == 0
