"""The modules of the return, told apart by their header row, whatever a file is called.

Source: the file identification of the SSDA903 validators; see STANDARDS 1.1 of the project.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Module(StrEnum):
    """A module of the return, as its users call it."""

    HEADER = "Header"
    EPISODES = "Episodes"
    MISSING = "Missing"
    REVIEWS = "Reviews"
    SW_EPISODES = "SWEpisodes"
    DOLO = "DoLo"
    UASC = "UASC"
    OC2 = "OC2"
    OC3 = "OC3"
    AD1 = "AD1"
    PLACED_ADOPTION = "PlacedAdoption"
    PREV_PERM = "PrevPerm"


IMPORTED = frozenset({Module.HEADER, Module.EPISODES, Module.MISSING, Module.REVIEWS})

COLUMNS: Mapping[Module, tuple[str, ...]] = {
    module: tuple(columns.split(","))
    for module, columns in {
        Module.HEADER: "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
        Module.EPISODES: (
            "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,"
            "HOME_POST,PL_POST,URN"
        ),
        Module.MISSING: "CHILD,DOB,MISSING,MIS_START,MIS_END",
        Module.REVIEWS: "CHILD,DOB,REVIEW,REVIEW_CODE",
        Module.SW_EPISODES: "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
        Module.DOLO: "CHILD,DOB,DOLO_START,DOLO_END",
        Module.UASC: "CHILD,SEX,DOB,DUC",
        Module.OC2: (
            "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,"
            "HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED"
        ),
        Module.OC3: "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM",
        Module.AD1: "CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
        Module.PLACED_ADOPTION: "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
        Module.PREV_PERM: "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
    }.items()
}

# From 2024-25 a Header may end in one more column, which the import does not read.
_HEADER_ROWS: Mapping[tuple[str, ...], Module] = {
    **{columns: module for module, columns in COLUMNS.items()},
    (*COLUMNS[Module.HEADER], "UASC"): Module.HEADER,
    (*COLUMNS[Module.HEADER], "UASC_STATUS"): Module.HEADER,
}


def recognised(header_row: Sequence[str]) -> Module | None:
    """Tell the module with exactly these columns in this order; None when there is none."""
    return _HEADER_ROWS.get(tuple(header_row))


def resembled(header_row: Sequence[str]) -> Module | None:
    """Tell the module that has most of these columns, to help whoever misspelt one."""
    present = frozenset(cell.strip().upper() for cell in header_row)
    shared = {module: len(present & frozenset(columns)) for module, columns in COLUMNS.items()}
    nearest = max(shared, key=lambda module: (shared[module] / len(COLUMNS[module]), module))
    return nearest if shared[nearest] * 2 > len(COLUMNS[nearest]) else None
