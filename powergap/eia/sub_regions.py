"""Sub-regions of balancing authorities: all of them add up to the authority, and a part of them never stands for it.

A sub-region has the code `AUTHORITY/PART`, such as `PJM/DOM`. An authority that is named alone means all its parts.
"""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType

SEPARATOR = "/"

PARTS = MappingProxyType(
    {
        "CISO": "PGAE SCE SDGE VEA",
        "ERCO": "COAS EAST FWES NCEN NRTH SCEN SOUT WEST",
        "ISNE": "4001 4002 4003 4004 4005 4006 4007 4008",
        "MISO": "0001 0004 0006 0027 0035 8910",
        "NYIS": "ZONA ZONB ZONC ZOND ZONE ZONF ZONG ZONH ZONI ZONJ ZONK",
        "PJM": "AE AEP AP ATSI BC CE DAY DEOK DOM DPL DUQ EKPC JC ME PE PEP PL PN PS RECO",
        "PNM": "ACMA CYGA FREP JICA KAFB KCEC LAC NTUA PNM TSGT",
        "SWPP": "CSWS EDE GRDA INDN KACY KCPL LES MPS NPPD OKGE OPPD SECI SPRM SPS WAUE WFEC WR",
    }
)
"""Sub-regions that EIA lists, by balancing authority."""


def code_of(authority: str, part: str) -> str:
    """Code of a sub-region. Numbers have four digits, though spreadsheets drop their zeros.

    >>> code_of("MISO", "1"), code_of("PJM", "dom")
    ('MISO/0001', 'PJM/DOM')
    """
    return f"{authority}{SEPARATOR}{part.zfill(4) if part.isdigit() else part.upper()}"


def lacking(authority: str, found: Collection[str]) -> str:
    """Why sub-regions do not add up to their authority, with the way; empty where they do.

    Args:
        authority: the balancing authority.
        found: codes of its sub-regions that have demand.
    """
    known = [code_of(authority, part) for part in PARTS.get(authority, "").split()]
    missing = [code for code in known if code not in found]
    if known and not missing:
        return ""
    why = (
        f"{len(missing)} of its {len(known)} sub-regions have no demand in the files: {', '.join(missing)}"
        if known
        else "which sub-regions it has is not known here"
    )
    return f"{why}. Name those that are meant, such as --regions {authority}={'+'.join(sorted(found))}"
