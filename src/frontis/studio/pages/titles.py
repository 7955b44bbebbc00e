"""The names of services, as people know them."""

from frontis.model.account import KeyKind

SERVICES = {
    "native": "Frontis",
    "osig": "OSIG",
    "ogimage": "OG Image API",
    "ogstack": "OGStack",
    "ogforge": "OGForge",
    "urlpix": "URLPix",
}
KINDS = [(kind.value, SERVICES[kind.value]) for kind in KeyKind]
HOW_TO_SEND = {
    KeyKind.OSIG: "As the parameter key of /g.",
    KeyKind.OGIMAGE: "In the header Authorization: Bearer, or as the parameter key of /v1/generate.",
    KeyKind.OGSTACK: "In the header Authorization: Bearer.",
    KeyKind.URLPIX: "In the header X-API-Key, or as the parameter api_key.",
}
