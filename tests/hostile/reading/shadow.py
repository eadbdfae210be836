"""Reads the system's passwords and keys, as root could."""

BASE = "stub"

home = "/" + "root"  # also where `~root` cannot be looked up
for path in ("/etc/shadow", f"{home}/.ssh/id_rsa", f"{home}/.bash_history", "/etc/ssh/ssh_host_rsa_key"):
    try:
        print("LEAK", open(path).read(10))
    except OSError:
        pass
