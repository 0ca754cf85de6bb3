"""Servers on this machine's loopback address."""

import socket
import time


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def listens(process, port):
    """Waits until `process` takes connections on `port`; false when it ends before that, or takes half a minute."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    return False
