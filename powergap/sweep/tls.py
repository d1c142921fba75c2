"""Certificates for a shared cluster, through Dask's own `security`: only who has one may send it anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from powergap.errors import InputError, Problem
from powergap.files.extras import needed

OPTIONS = ("--tls-ca-file", "--tls-cert", "--tls-key")


def security_of(ca_file: Path | None, cert: Path | None, key: Path | None) -> Any:
    """Dask's `Security` of a client, from PEM files; None where none is given.

    Args:
        ca_file: certificate of the authority that signed those of the cluster.
        cert: this client's own certificate.
        key: its private key.

    Raises:
        InputError: only some are given, or a file cannot be read.
    """
    given = dict(zip(OPTIONS, (ca_file, cert, key), strict=True))
    if lacking := [option for option, path in given.items() if path is None]:
        if len(lacking) == len(given):
            return None
        raise InputError(f"{', '.join(OPTIONS)} belong together; {' and '.join(lacking)} missing")
    if wrong := [
        Problem(str(path), 0, 0, option, "no such file") for option, path in given.items() if not _is_file(path)
    ]:
        raise InputError(wrong)
    return needed("distributed").Security(
        require_encryption=True, tls_ca_file=str(ca_file), tls_client_cert=str(cert), tls_client_key=str(key)
    )


def checked(scheduler: str, security: Any) -> Any:
    """The `Security` to connect to a scheduler with: as given, else as Dask's configuration says.

    Raises:
        InputError: address and certificates do not fit together, or these are none.
    """
    security = security or needed("distributed").Security()
    try:
        own = security.get_connection_args("client")
    except OSError as error:  # ssl.SSLError is one
        raise InputError(f"the certificate, its key or that of the authority is not usable: {error}") from error
    is_tls = scheduler.startswith("tls://")
    if is_tls and own["ssl_context"] is None:
        raise InputError(f"the scheduler at {scheduler} needs a certificate: give {', '.join(OPTIONS)}")
    if own["require_encryption"] and not is_tls:
        raise InputError(
            f"certificates are given, but {scheduler} would not use them; a TLS address begins with tls://"
        )
    return security


def _is_file(path: Path | None) -> bool:
    return path is not None and path.is_file()
