"""Lets the MLflow client do the same with the sandbox and with a real `mlflow server`, and compares every answer.

The steps are those of mlflow_registry.py, and each of them is a check. The address of the real server is REAL_MLFLOW.
"""

import os

import mlflow_registry

from scene import check, scene


def by_step(told):
    steps = {}
    for step, *call in told:
        steps.setdefault(step, []).append(call)
    return steps


def difference(one, other, place=""):
    """The first place where two answers differ."""
    if type(one) is type(other) and isinstance(one, dict):
        for name in sorted(set(one) | set(other)):
            found = difference(one.get(name), other.get(name), "%s.%s" % (place, name))
            if found:
                return found
        return None
    if type(one) is type(other) and isinstance(one, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other))
        return next((found for at, pair in pairs if (found := difference(*pair, "%s[%d]" % (place, at)))), None)
    return None if one == other else "%s is %r, and at a real server %r" % (place, one, other)


played = [mlflow_registry.play(url) for url in ("https://" + scene.mlflow.host, os.environ["REAL_MLFLOW"])]
emulated, real = (by_step(mlflow_registry.comparable(*one)) for one in played)

for step in real:
    with check("%s: every answer is that of a real server" % step.replace("_", " ")):
        found = difference(emulated.get(step), real[step])
        assert not found, found
