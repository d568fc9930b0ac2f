"""A name server on loopback that answers from a table, or misbehaves as it is told; and a TLS server beside it."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.simulators.free_ports import free_port

from charteroak.adapters.system_clock import now

Table = Mapping[tuple[str, str], list[str]]


@contextmanager
def name_server(table: Table, *, silent: bool = False, garbage: bool = False) -> Iterator[int]:
    """Answer on UDP and TCP from a table of name and kind; the port. Names that stand nowhere do not exist."""
    port = free_port()  # the same by UDP and by TCP, as a resolver expects
    tcp = socket.create_server(("127.0.0.1", port))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.bind(("127.0.0.1", port))
    except OSError:
        tcp.close()
        udp.close()
        raise

    def answer(wire: bytes) -> bytes:
        question = dns.message.from_wire(wire)
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        name, kind = question.question[0].name, question.question[0].rdtype
        key = name.to_text(omit_final_dot=True), dns.rdatatype.to_text(kind)
        if key in table:
            reply.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, table[key]))
        elif not any(known == key[0] for known, _ in table):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return b"\x00" * 40 if garbage else reply.to_wire()

    def serve_udp() -> None:
        with suppress(OSError):
            while True:
                wire, peer = udp.recvfrom(4096)
                if not wire:
                    return  # The socket was shut down.
                if not silent:
                    reply = answer(wire)
                    if len(reply) > 1200 and not garbage:
                        short = dns.message.make_response(dns.message.from_wire(wire))
                        short.flags |= dns.flags.TC
                        reply = short.to_wire()
                    udp.sendto(reply, peer)

    def serve_tcp() -> None:
        with suppress(OSError):
            while True:
                peer, _ = tcp.accept()
                with peer, suppress(OSError):
                    size = int.from_bytes(peer.recv(2), "big")
                    reply = answer(peer.recv(size))
                    peer.sendall(len(reply).to_bytes(2, "big") + reply)

    threads = [threading.Thread(target=each, daemon=True) for each in (serve_udp, serve_tcp)]
    for thread in threads:
        thread.start()
    try:
        yield port
    finally:
        for each in (udp, tcp):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in threads:
            thread.join(10)


@contextmanager
def tls_server(
    folder: Path, host: str, *, days: int = 90, is_silent: bool = False, is_altered: bool = False
) -> Iterator[int]:
    """A TLS server on loopback with a certificate of its own making, or one of a version that is none; the port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    moment = now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    shown = certificate.public_bytes(serialization.Encoding.DER)
    if is_altered:
        shown = shown.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09", 1)
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + ssl.DER_cert_to_PEM_cert(shown).encode("ascii")
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()

    def serve() -> None:
        with suppress(OSError):
            while True:
                peer, _ = listening.accept()
                if is_silent:
                    held.append(peer)
                    continue
                peer.settimeout(5)
                with suppress(OSError), context.wrap_socket(peer, server_side=True) as secure:
                    secure.recv(1)
                peer.close()

    held: list[socket.socket] = []
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)
        # Not before: whoever came last is held only now.
        for each in held:
            each.close()
