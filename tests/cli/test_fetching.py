"""What the command fetches goes through the same door as the service's, by the same settings."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from command import frontis

CERTIFICATE = Path(__file__).parent.parent / "fetch" / "localhost.pem"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#f0f"/></svg>'


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(LOGO)))
        self.end_headers()
        self.wfile.write(LOGO)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that does not trust the certificate hangs up."""


@contextmanager
def logo_over_tls() -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/logo.svg"
        finally:
            server.shutdown()
            thread.join()


def test_a_picture_comes_from_where_the_operator_allows_it_and_trusts_the_certificate(tmp_path: Path) -> None:
    settings = {
        "FRONTIS_FETCH_ALLOW": "127.0.0.0/8",
        "FRONTIS_FETCH_CA_FILE": str(CERTIFICATE),
        "OSIG_RENDER_MAX_ATTEMPTS": "1",
    }
    with logo_over_tls() as address:
        words = ["render", "osig-logo", "--title", "x", "--set", f"image={address}", "-o", str(tmp_path / "card.png")]
        assert frontis(*words, **settings).stderr == ""
        for lacking in ("FRONTIS_FETCH_ALLOW", "FRONTIS_FETCH_CA_FILE"):
            done = frontis(*words, **(settings | {lacking: ""}))
            assert done.returncode == 0
            assert done.stderr == f"frontis: drawn without {address}: it could not be had\n"


def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path) -> None:
    words = ["render", "osig-logo", "--title", "x", "--set", "image=https://a.example/x.png"]
    done = frontis(*words, "-o", str(tmp_path / "card.png"), FRONTIS_FETCH_CA_FILE="/nowhere/ca.pem")
    assert done.returncode == 1
    assert done.stderr.startswith("frontis: FRONTIS_FETCH_CA_FILE: must be a file that can be read")
    assert done.stderr.count("\n") == 1
