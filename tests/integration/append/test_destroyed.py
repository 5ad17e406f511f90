"""What is opened once is not kept beyond its key."""

import pytest

from projections.append import opening
from projections.entries import Stored
from schemas.keys import KeyDestroyed
from tests.integration.append.hub import AppendHub
from tests.unit.rules.said import incident


def test_nothing_of_a_child_is_kept_when_its_key_is_destroyed(hub: AppendHub) -> None:
    """Fails without: clearing what was opened, on KeyDestroyed."""
    hub.say(incident("ligature", reference="I-1"))
    hub.say(incident("force_used", reference="I-2"))
    kept = opening._fact, opening._event, opening._worked_out
    assert all(each.cache_info().currsize > 0 for each in kept)
    ((key_id,),) = hub.rows("select key_id from derived.child")
    (row,) = hub.rows(
        "select header, key_id, nonce, sealed from derived.entry where type = 'child-identified'"
    )
    hub.world.keys.destroy(key_id)
    with pytest.raises(KeyDestroyed):
        opening.identified(Stored(*row), hub.world)
    assert all(each.cache_info().currsize == 0 for each in kept)
