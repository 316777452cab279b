"""What holds for sites and places, whoever asks: pure values and decisions."""

from typing import Final

STOCK_LEVELS: Final = ("site", "zone", "bin")
PLACES: Final = ("site", "zone", "bin")  # where goods are
COUNTERPARTS: Final = ("supplier", "customer", "scrap", "variance", "opening")  # where goods come from or go to
KINDS: Final = (*PLACES, *COUNTERPARTS)
PARENT_KINDS: Final = {"zone": ("site",), "bin": ("site", "zone")}
WALK_ORDER_MAX: Final = 10**6
_DEPTH: Final = {kind: depth for depth, kind in enumerate(PLACES)}

# ISO 4217:2015, list one: circulating currencies by the decimals of their minor unit.
_TWO_DECIMALS: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB
PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"
CURRENCY_DECIMALS: Final[dict[str, int]] = {
    code: decimals
    for codes, decimals in ((_TWO_DECIMALS, 2), (_NO_DECIMALS, 0), (_THREE_DECIMALS, 3))
    for code in codes.split()
}


def keeps_own_stock(kind: str, stock_level: str) -> bool:
    """Whether a place of this kind is a stock location itself; else its stock is its parent's stock location's.

    counting.md, "Where stock is kept, and where it is counted". Counterparts always stand for themselves.
    """
    return kind in COUNTERPARTS or _DEPTH[kind] <= _DEPTH[stock_level]


def default_barcode(site_code: str, location_code: str) -> str:
    """What a place's label says when nobody chose otherwise. The site's own label names it alone."""
    return f"LOC-{site_code}" if site_code == location_code else f"LOC-{site_code}-{location_code}"
