"""Runs a command where no other machine can be reached, and no name be looked up unseen.

    unshare --user --map-root-user --net --mount python3 alone.py COMMAND…

Its network has this machine alone, and its resolver asks a name server in here, which knows no name and
writes down each that it is asked for. Any makes the command fail.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

SIOCSIFFLAGS = 0x8914
IFF_UP = 1


def switch_on_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = struct.pack("16sh", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, flags)


def ask_in_here(folder):
    """Has the C library ask the name server in here."""
    settings = os.path.join(folder, "resolv.conf")
    with open(settings, "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    there = os.path.realpath("/etc/resolv.conf")
    subprocess.run(["mount", "--bind", settings, there], check=True)


def name_in(question):
    """The name that a question of DNS asks for."""
    labels, at = [], 12
    while at < len(question) and question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii", "replace"))
        at += 1 + question[at]
    return ".".join(labels)


def serve_names(server, asked):
    while True:
        question, client = server.recvfrom(4096)
        asked.append(name_in(question))
        # no such name, with the question in it
        server.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12:], client)


def main():
    switch_on_loopback()
    with tempfile.TemporaryDirectory() as folder:
        ask_in_here(folder)
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 53))
        asked = []
        threading.Thread(target=serve_names, args=(server, asked), daemon=True).start()
        ended = subprocess.run(sys.argv[1:]).returncode
        # a folder that is mounted stays until its namespace ends
        subprocess.run(["umount", os.path.realpath("/etc/resolv.conf")], check=False)
    if asked:
        sys.exit(f"looked up: {' '.join(sorted(set(asked)))}")
    sys.exit(ended)


main()
