import datetime as dt
import time
from datetime import date, datetime, timedelta


def wait_politely(seconds, tell):
    for left in range(seconds, 0, -1):
        tell(left)
        time.sleep(1)
    tell("now")


def retry(action, attempts=3):
    pause = 0.5
    for attempt in range(attempts):
        if action():
            return attempt + 1
        time.sleep(pause)
        pause *= 2
    return None


class Stopwatch:
    def __init__(self):
        self._began = None

    def start(self):
        self._began = time.time()

    def stop(self):
        if self._began is None:
            raise RuntimeError("not started")
        passed, self._began = time.time() - self._began, None
        return passed


def measure(function):
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def greeting():
    hour = datetime.now().hour
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"


def age(born):
    today = date.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def due(days=14):
    return dt.date.today() + timedelta(days=days)


def stamp(moment=datetime.now()):
    return moment.strftime("%Y-%m-%d %H:%M")
