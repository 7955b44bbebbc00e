"""Which addresses may be dialled: public ones, and those that the operator allows."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from frontis.fetch.address import Host
from frontis.fetch.policy import Allowed

# https://www.iana.org/assignments/iana-ipv4-special-registry, all that is not plain unicast of the public internet.
NOT_PUBLIC_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network; Linux dials itself at 0.0.0.0
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT; some clouds keep their metadata here (100.100.100.200)
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # public by its number, but every Azure machine's own control service
            "169.254.0.0/16",  # link local, cloud metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments, cloud metadata (192.0.0.192)
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4, given up
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)

# Nothing else of IPv6 is public unicast (https://www.iana.org/assignments/ipv6-address-space): not loopback, ::a.b.c.d,
# 64:ff9b:1::/48, 100::/64, 5f00::/16, fc00::/7, fe80::/10, fec0::/10, ff00::/8, nor what is not given out yet.
PUBLIC_IPV6 = IPv6Network("2000::/3")

TEREDO = IPv6Network("2001::/32")
SIX_TO_FOUR = IPv6Network("2002::/16")

# https://www.iana.org/assignments/iana-ipv6-special-registry, the part within 2000::/3.
NOT_PUBLIC_IPV6 = (
    *IPv6Network("2001::/23").address_exclude(TEREDO),  # protocol assignments: benchmarks, ORCHID and others
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("3fff::/20"),  # documentation
)

# IPv6 addresses which are but another way to write an IPv4 address: ::ffff:a.b.c.d, and what a network without IPv4
# makes of a public IPv4 address (RFC 6052). The last four bytes alone decide.
SAME_AS_IPV4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))

# The interface part of ISATAP (RFC 5214), of local and of global addresses.
ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address belongs to the public internet.

    An IPv6 address that carries IPv4 addresses is public only if each of them is.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_IPV4)
    if address.scope_id is not None:
        return False
    if any(address in network for network in SAME_AS_IPV4):
        return is_public(_last_ipv4(address))
    return (
        address in PUBLIC_IPV6
        and not any(address in network for network in NOT_PUBLIC_IPV6)
        and all(map(is_public, _carried(address)))
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides about every address just before it is dialled."""

    allow: tuple[Allowed, ...]

    def permits(self, host: Host, address: IPv4Address | IPv6Address) -> bool:
        """Tell whether `address`, which `host` resolved to, may be dialled."""
        plain = (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
        return is_public(plain) or any(
            host == allowed if isinstance(allowed, str) else plain in allowed for allowed in self.allow
        )


def _last_ipv4(address: IPv6Address) -> IPv4Address:
    return IPv4Address(address.packed[12:])


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """Return the ends of the tunnels that a packet to this address would enter."""
    packed = address.packed
    found = []
    if address in SIX_TO_FOUR:
        found.append(IPv4Address(packed[2:6]))
    if address in TEREDO:
        server, client = packed[4:8], bytes(byte ^ 0xFF for byte in packed[12:])
        found += [IPv4Address(server), IPv4Address(client)]
    if packed[8:12] in ISATAP:
        found.append(_last_ipv4(address))
    return found
