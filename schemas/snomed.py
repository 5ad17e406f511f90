"""SNOMED CT identifiers: 6 to 18 digits, of which the last is a check digit (Verhoeff)."""

from re import fullmatch

_DIGITS = r"[1-9][0-9]{5,17}"
# How a digit is permuted at each place, counted from the right; after eight places it is itself.
_ONCE = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def is_identifier(code: str) -> bool:
    """Whether this can be an identifier of SNOMED CT. It says nothing of whether there is one."""
    if fullmatch(_DIGITS, code) is None:
        return False
    total = 0
    for place, digit in enumerate(reversed(code)):
        total = _joined(total, _permuted(int(digit), place % 8))
    return total == 0


def _permuted(digit: int, times: int) -> int:
    for _ in range(times):
        digit = _ONCE[digit]
    return digit


def _joined(left: int, right: int) -> int:
    """Multiply in the symmetries of a pentagon: below five a turn, from five on a reflection."""
    turned = left - right if left >= 5 else left + right
    return turned % 5 + (5 if (left >= 5) != (right >= 5) else 0)
