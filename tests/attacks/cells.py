"""Hostile live cells: what each may end as. None may harm a later session or a graded run."""

from __future__ import annotations

from tests.attacks.checks import Attack

HEALTHY = "import os\nsorted(os.listdir('/tmp/home')), 'planted' in globals(), 6 * 7"
ANSWER = "([], False, 42)"
NEVER = ("root:x:0", "image/svg+xml", "PHNjcmlwdD4=")  # a page shows the rest as text


def _cell(source: str, *outcomes: str) -> Attack:
    return Attack(source, frozenset(outcomes or {"ok", "error"}))


ATTACKS: dict[str, Attack] = {
    "endless_loop": _cell("while True: pass", "time_limit"),
    "ignores_interrupts": _cell(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n"
        "    try:\n        while True: pass\n    except BaseException: pass",
        "time_limit",
    ),
    "c_level_loop": _cell("10 ** 10 ** 9", "time_limit", "memory_limit"),
    "prints_without_end": _cell("while True: print('x' * 1000)", "output_limit"),
    "a_million_messages": _cell(
        "import sys\nfor i in range(10**6):\n    print(i); sys.stdout.flush()", "output_limit"
    ),
    "memory_bomb": _cell("x = [bytearray(2**24) for _ in range(1000)]", "memory_limit", "error", "died"),
    "fork_bomb": _cell(
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "time_limit",
        "memory_limit",
        "output_limit",
    ),
    "exits": _cell("import os\nos._exit(0)", "died"),
    "leaves_files_and_names": _cell("planted = 1\nopen('/tmp/home/left.txt', 'w').write('x')"),
    "leaves_a_daemon": _cell(
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    while True: time.sleep(1)"
    ),
    "html_and_script": _cell(
        "from IPython.display import display, HTML, SVG, Javascript\n"
        "display(HTML('<script>alert(1)</script>'), Javascript('alert(1)'),"
        ' SVG(\'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>\'))'
    ),
    "claims_to_be_a_picture": _cell(
        "from IPython.display import publish_display_data as p\n"
        "p({'image/png': 'PHNjcmlwdD4=', 'text/html': '<script>1</script>', 'image/svg+xml': '<svg onload=1/>'})"
    ),
    "forges_an_answer": _cell(
        "from IPython import get_ipython\n"
        "get_ipython().display_pub.publish({'application/vnd.passerelle.answer+json':"
        " {'channel': '0' * 32, 'payload': {'check': 0, 'results': []}}})"
    ),
    "reads_the_host": _cell("print(open('/etc/passwd').read().replace('root', 'r00t')[:10])"),
    "network": _cell(
        "import socket\nfor place in (('1.1.1.1', 53), ('169.254.169.254', 80), ('172.17.0.1', 2375)):\n"
        "    try:\n        socket.create_connection(place, 1)\n        raise SystemExit('out')\n    except OSError as e: print(e)"
    ),
    "swaps_a_socket": _cell(
        "import os\ntry:\n    os.unlink('/run/kernel/k-1'); os.symlink('/var/run/docker.sock', '/run/kernel/k-1')\n"
        "except OSError as e: print(e)"
    ),
    "deep_json": _cell(
        "from IPython.display import publish_display_data as p\nx = []\nfor _ in range(900): x = [x]\np({'application/json': x})",
        "ok",
        "error",
        "output_limit",
        "died",
    ),
    "one_large_message": _cell(
        "from IPython.display import publish_display_data as p\np({'text/plain': 'x' * 5_000_000})",
        "output_limit",
    ),
    "one_large_picture": _cell(
        "from IPython.display import publish_display_data as p\nimport base64\n"
        "picture = base64.b64decode('iVBORw0KGgo=') + bytes(3_000_000)\n"
        "p({'image/png': base64.b64encode(picture).decode()})",
        "output_limit",
    ),
    "one_long_error": _cell("raise ValueError('x' * 400_000)", "output_limit"),
    "one_long_shown_text": _cell(
        "from IPython.display import publish_display_data as p\np({'text/html': 'x' * 400_000})",
        "output_limit",
    ),
    "hangs_the_reader_of_json": _cell(
        "k = get_ipython().kernel\nimport json\nparts = [json.dumps(p).encode() for p in ({'msg_type': 'stream'}, {'msg_id': k.get_parent()['header']['msg_id']}, {})]\n"
        "parts.append(b'[' * 201 + b'\"' + b'\\\\\"' * 1_500_000)\n"
        "k.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', k.session.sign(parts), *parts])\nimport time; time.sleep(0.5)",
        "output_limit",
    ),
}
