"""Every setting of the program in one place: `KUTEGO_…` in the environment, or a default.

What the office decides (company, tax, bank, mail server) stands in the database instead.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class ConfigurationError(Exception):
    """The settings cannot work. The message says which one and what to do."""


@dataclass(frozen=True)
class Config:
    """The settings, checked."""

    instance: Path
    database_url: str
    secret_key: str
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    workers: int = 2
    public_url: str | None = None
    proxies: int = 0  # how many reverse proxies of ours stand in front
    clamd: str | None = None  # ClamAV's daemon: host:port, or the path of its socket

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def files(self) -> Path:
        """The folder of stored documents."""
        return self.instance / "files"


def load(environ: dict[str, str] | None = None, **overrides: object) -> Config:
    """Read the settings; raises `ConfigurationError` where they cannot work."""
    env = dict(os.environ if environ is None else environ)
    instance = Path(str(overrides.pop("instance", env.get("KUTEGO_INSTANCE", ROOT / "instance"))))
    instance = instance.resolve()
    instance.mkdir(parents=True, exist_ok=True)
    url = str(overrides.pop("database_url", env.get("KUTEGO_DATABASE_URL", "")))
    url = _driver(url or f"sqlite:///{instance}/kutego.db")
    values: dict[str, object] = {
        "instance": instance,
        "database_url": url,
        "secret_key": overrides.get("secret_key")
        or env.get("KUTEGO_SECRET_KEY")
        or _kept_secret(instance, url),
        "host": env.get("KUTEGO_HOST", "127.0.0.1"),
        "port": _number(env, "KUTEGO_PORT", 8000, 0, 65535),
        "threads": _number(env, "KUTEGO_THREADS", 8, 1, 64),
        "workers": _number(env, "KUTEGO_WORKERS", os.cpu_count() or 1, 1, 64),
        "public_url": (env.get("KUTEGO_PUBLIC_URL") or "").rstrip("/") or None,
        "proxies": _number(env, "KUTEGO_PROXIES", 0, 0, 5),
        "clamd": _daemon(env.get("KUTEGO_CLAMD", "").strip()),
    }
    values.update(overrides)
    return Config(**values)  # type: ignore[arg-type]  # checked field by field above


def _driver(url: str) -> str:
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise ConfigurationError(
        "KUTEGO_DATABASE_URL must be sqlite:///path or postgresql://user:password@host/name."
    )


def _number(env: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit() or not least <= int(text) <= most:
        raise ConfigurationError(f"{name} must be a number from {least} to {most}, not {text!r}.")
    return int(text)


def _daemon(address: str) -> str | None:
    port = address.rpartition(":")[2]
    if address and not address.startswith("/") and not (":" in address and port.isdigit()):
        raise ConfigurationError("KUTEGO_CLAMD must be host:port or the path of a socket.")
    return address or None


def _kept_secret(instance: Path, url: str) -> str:
    """The key made at the first start and kept in the instance folder, for its owner only."""
    if not url.startswith("sqlite"):
        raise ConfigurationError(
            "KUTEGO_SECRET_KEY must be given with PostgreSQL: every machine needs the same one."
        )
    path = instance / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
    key = path.read_text().strip()
    if len(key) < 32:
        raise ConfigurationError(
            f"{path} holds no key. Delete the file, and everybody logs in anew."
        )
    return key
