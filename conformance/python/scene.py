"""Where the sandbox is, and the checks that a client makes of it."""

import contextlib
import json
import os
import sys
import time
import traceback
from types import SimpleNamespace

scene = json.loads(os.environ["SCENE"], object_hook=lambda fields: SimpleNamespace(**fields))

DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
AZURE_DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798"

_report = os.fdopen(os.dup(1), "w", buffering=1)
# What the libraries print is no report.
os.dup2(2, 1)


@contextlib.contextmanager
def check(sentence):
    """A check holds if its block comes to its end; if not, the others go on."""
    try:
        yield
        print(json.dumps({"check": sentence, "ok": True}), file=_report)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        own = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == sys.argv[0]]
        place = own[-1] if own else place
        because = "%s: %s (%s:%s)" % (type(error).__name__, error, os.path.basename(place.filename), place.lineno)
        print(json.dumps({"check": sentence, "ok": False, "because": because}), file=_report)


@contextlib.contextmanager
def raises(kind, text=""):
    """The block has to raise an error of this kind, with this text in it."""
    try:
        yield
    except kind as error:
        if text not in str(error):
            raise AssertionError("%r is not in %r" % (text, str(error))) from error
    else:
        raise AssertionError("nothing was raised")


def equal(seen, wanted):
    if seen != wanted:
        raise AssertionError("%r is not %r" % (seen, wanted))


def wait_for(what, look, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = look()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError("waited %s s for %s" % (seconds, what))
