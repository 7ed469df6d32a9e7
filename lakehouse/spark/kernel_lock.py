"""One writer: a kernel holds the lock that a job in this container would hold.

A job in a container of its own has the job's name on PART-A's network, which is how it is found.
"""
from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from typing import Optional

from events import Refused

_STOP = "wait for its end, or: deno task lake stop --engine=spark"


class KernelLock:
    """The lock of a job's name. Ends with the kernel, however that ends."""

    def __init__(self, job: str, root: str = "/tmp") -> None:
        self._job = job
        self._path = Path(root) / job / "lock"
        self._file: Optional[int] = None

    @property
    def held(self) -> bool:
        """Whether this kernel holds it."""
        return self._file is not None

    def take(self) -> None:
        """Takes it, if it is not held yet. Raises Refused where another job has it."""
        self.refuse_container()
        while self._file is None:
            self._file = self._locked()

    def refuse_container(self) -> None:
        """Raises Refused while a container of the job's name is on this network."""
        try:
            address = socket.gethostbyname(self._job)
        except OSError:
            return
        # Some resolvers have an answer for every name: only a neighbour is the job.
        if is_neighbour(address, Path("/proc/net/route").read_text()):
            raise Refused(f"the container {self._job} is the one writer", _STOP)

    def _locked(self) -> Optional[int]:
        """The open file; None where it was replaced meanwhile."""
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise Refused(
                f"the lock {self._path} belongs to another user: {error}",
                "start the kernel as the notebook's own user",
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(file)
            raise Refused(
                f"{self._job} runs in this container, as a job or in another kernel: it is the "
                "one writer",
                f"{_STOP}; in another kernel: lake.close()",
            ) from error
        # A job that has ended removes its folder.
        if not self._path.exists() or not os.path.samestat(os.fstat(file), self._path.stat()):
            os.close(file)
            return None
        # The other side finds the kernel by it.
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        return file

    def release(self) -> None:
        """Gives it back."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def is_neighbour(address: str, routes: str) -> bool:
    """Whether an address is in a network that this machine is in: `routes` is /proc/net/route."""
    number = _number(address)
    for line in routes.splitlines()[1:]:
        fields = line.split()
        network, gateway, mask = (int(fields[at], 16) for at in (1, 2, 7))
        if gateway == 0 and mask != 0 and number & mask == network:
            return True
    return False


def _number(address: str) -> int:
    """As /proc/net/route has it: the first byte is the lowest."""
    return int.from_bytes(socket.inet_aton(address), "little")
