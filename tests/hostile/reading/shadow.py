"""Reads the system's passwords and keys, as root could."""

BASE = "stub"

for path in ("/etc/shadow", "/root/.ssh/id_rsa", "/root/.bash_history", "/etc/ssh/ssh_host_rsa_key"):
    try:
        print("LEAK", open(path).read(10))
    except OSError:
        pass
