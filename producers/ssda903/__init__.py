"""The children looked after return (SSDA903) as events of a local authority.

A folder of the return's CSV modules becomes placements, legal statuses, missing episodes and
reviews, for the authority's backfill topic. See :mod:`producers.ssda903.importing`.
"""
