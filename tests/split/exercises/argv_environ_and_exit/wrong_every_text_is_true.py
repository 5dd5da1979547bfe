import os
import sys

VERSION = "1.2.0"


def main():
    names = sys.argv[1:]
    if not names:
        print(f"usage: {sys.argv[0]} NAME...", file=sys.stderr)
        sys.exit(2)
    if names[0] == "--version":
        print(VERSION)
        sys.exit()
    for name in names:
        if name.startswith("--"):
            sys.exit(f"unknown option {name}")
    greeting = os.environ.get("GREETING", "Hello")
    for name in names:
        print(f"{greeting}, {name}")


def settings():
    port = os.environ.get("APP_PORT", "8000")
    if not port.isdigit():
        raise SystemExit("APP_PORT must be a number")
    return {"debug": bool(os.getenv("APP_DEBUG")), "port": int(port)}


def config_path():
    if "GREET_CONFIG" in os.environ:
        return os.environ["GREET_CONFIG"]
    return os.path.join(os.environ["HOME"], ".greet")


def finish(errors):
    sys.exit(1 if errors else 0)
