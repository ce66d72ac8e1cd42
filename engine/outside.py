"""Which hosts definitions may call, as the deployment lists them; nothing by default."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass

_STANDARD = frozenset({80, 443})
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class NotAllowed(Exception):
    """Why a call is not made, in Chinese."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts that may be called, and networks that count as public.

    hosts: (name or address, port or None for the standard ports); a name may begin with `*.`.
    """

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[_Network, ...] = ()

    @classmethod
    def read(cls, entries: Iterable[str]) -> Allowed:
        """Read entries: `host`, `host:port`, `*.domain`, an address, or a network such as 10.0.0.0/8.

        A network lets no host be called by itself: it says that listed names may lie in it. An address that is listed
        as a host does both. Raises ValueError for a network that is none.
        """
        hosts: set[tuple[str, int | None]] = set()
        networks: list[_Network] = []
        for entry in (one.strip().lower() for one in entries):
            if "/" in entry:
                networks.append(ipaddress.ip_network(entry))
            elif entry:
                host, port = _split(entry)
                hosts.add((host, port))
                found = _address(host)
                if found is not None:
                    networks.append(ipaddress.ip_network(found))
        return cls(frozenset(hosts), tuple(networks))

    def address_of(self, host: str, port: int) -> str:
        """Return the address to connect to; raises NotAllowed, or OSError when the name cannot be resolved.

        Every address a name resolves to must be public or lie in a listed network.
        """
        if not self._lists(host.lower().rstrip("."), port):
            raise NotAllowed(f"{host} 不在允许调用的名单里（设置 QINGCHE_CALL_HOSTS）")
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:
            # A label of more than 63 letters, or none between two dots: no name server knows such a name.
            raise NotAllowed("地址里的主机名写得不对") from None
        found = list(dict.fromkeys(str(info[4][0]) for info in answers))
        for text in found:
            address = ipaddress.ip_address(text.split("%")[0])
            address = getattr(address, "ipv4_mapped", None) or address
            is_public = address.is_global and not address.is_multicast
            if not is_public and not any(address in network for network in self.networks):
                raise NotAllowed(f"{host} 是内部地址，名单里没有写它所在的网段")
        return found[0]

    def _lists(self, host: str, port: int) -> bool:
        wanted: set[tuple[str, int | None]] = {(host, port)}
        if port in _STANDARD:
            wanted.add((host, None))
        labels = host.split(".")
        for cut in range(1, len(labels)):
            above = "*." + ".".join(labels[cut:])
            wanted |= {(above, port)} | ({(above, None)} if port in _STANDARD else set())
        return bool(wanted & self.hosts)


def _split(entry: str) -> tuple[str, int | None]:
    if _address(entry) is not None:
        return entry, None
    host, colon, port = entry.rpartition(":")
    if colon and port.isdecimal():
        return host.strip("[]"), int(port)
    return entry.strip("[]"), None


def _address(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
