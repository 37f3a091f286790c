# Databricks notebook source
# MAGIC %md
# MAGIC # Models
# MAGIC Both kinds of model, as plain JSON: how they score a wine, how good they are, how they are loaded.
# MAGIC Used with `%run ./models`.

# COMMAND ----------

import json


def predict(model, row):
    """A score for one wine: the higher, the more likely it is a good one."""
    if model["kind"] == "logistic":
        pairs = zip(model["weights"], row, model["means"], model["spreads"])
        return model["bias"] + sum(w * (x - mean) / spread for w, x, mean, spread in pairs)
    if model["kind"] == "stumps":
        return sum(low if row[j] < cut else high for j, cut, low, high in model["stumps"])
    raise ValueError("unknown kind of model: %r" % model["kind"])


def auc(scores, labels):
    """How often a good wine is scored above another one: 0.5 is guessing, 1.0 is perfect. Ties count half."""
    ranked = sorted(zip(scores, labels))
    positives = sum(labels)
    rank_sum = 0.0
    start = 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        rank_sum += sum(label for _, label in ranked[start:end]) * (start + 1 + end) / 2
        start = end
    return (rank_sum - positives * (positives + 1) / 2) / (positives * (len(ranked) - positives))


def model_auc(model, rows, labels):
    return round(auc([predict(model, row) for row in rows], labels), 4)

# COMMAND ----------

def save_model(model, folder):
    """Writes the model into the folder, and returns its address for the registry."""
    os.makedirs(folder, exist_ok=True)
    with open("%s/model.json" % folder, "w") as file:
        json.dump(model, file)
    return "dbfs:" + folder[len("/dbfs"):]


def load_model(version):
    """The model behind a registered version, from the address that the registry knows."""
    source = version["source"]
    if not source.startswith("dbfs:/"):
        raise ValueError("version %s lies at %r, which is not on DBFS" % (version["version"], source))
    with open("/dbfs/" + source[len("dbfs:/"):].strip("/") + "/model.json") as file:
        return json.load(file)
