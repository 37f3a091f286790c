# Databricks notebook source
# MAGIC %md
# MAGIC # Training
# MAGIC Trains one model on the prepared tables, registers it as a new version, and moves that version to Staging.
# MAGIC The model says how likely a wine is a good one (graded 7 or better). Standard library only.

# COMMAND ----------

dbutils.widgets.text("run_name", "local")
dbutils.widgets.text("model_name", "wine-quality")
dbutils.widgets.dropdown("model_kind", "logistic", ["logistic", "stumps"])
dbutils.widgets.text("signalbox_key", "")  # names the start that this run belongs to; not used here

run_name = dbutils.widgets.get("run_name")
model_name = dbutils.widgets.get("model_name")
model_kind = dbutils.widgets.get("model_kind")

# COMMAND ----------

# MAGIC %run ./tables

# COMMAND ----------

# MAGIC %run ./models

# COMMAND ----------

# MAGIC %run ./registry

# COMMAND ----------

# DBTITLE 1,Read
import bisect
import math
import random
import uuid

folder = run_folder(run_name)
rows, labels = read_table(folder, "train")
print(len(rows), "rows to learn from,", sum(labels), "of them good")

# COMMAND ----------

# DBTITLE 1,Logistic regression
def sigmoid(x):
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def fit_logistic(rows, labels, epochs=12, step=0.1):
    """A straight line through standardised columns, by stochastic gradient descent."""
    columns = list(zip(*rows))
    means = [sum(column) / len(rows) for column in columns]
    spreads = [
        math.sqrt(sum((x - mean) ** 2 for x in column) / len(rows)) or 1.0
        for column, mean in zip(columns, means)
    ]
    wines = [
        ([(x - mean) / spread for x, mean, spread in zip(row, means, spreads)], label)
        for row, label in zip(rows, labels)
    ]
    weights, bias, rng = [0.0] * len(means), 0.0, random.Random(7)
    for epoch in range(epochs):
        rng.shuffle(wines)
        rate = step / (1 + epoch)
        for row, label in wines:
            score = bias + sum([w * x for w, x in zip(weights, row)])
            error = rate * (sigmoid(score) - label)
            bias -= error
            weights = [w - error * x for w, x in zip(weights, row)]
    return {"kind": "logistic", "weights": weights, "bias": bias, "means": means, "spreads": spreads}

# COMMAND ----------

# DBTITLE 1,Boosted stumps
def fit_stumps(rows, labels, rounds=80, bins=12, step=0.5):
    """One yes-or-no question after another, each correcting what is still wrong: it can bend."""
    columns = list(zip(*rows))
    cuts = []
    for column in columns:
        ordered = sorted(column)
        cuts.append(sorted({ordered[len(ordered) * k // bins] for k in range(1, bins)}))
    binned = [[bisect.bisect_right(cuts[j], x) for x in column] for j, column in enumerate(columns)]
    counts = [[column.count(k) for k in range(bins + 1)] for column in binned]
    scores, stumps = [0.0] * len(rows), []
    for _ in range(rounds):
        errors = [label - sigmoid(score) for label, score in zip(labels, scores)]
        best = best_cut(binned, counts, cuts, errors)
        j, k, low, high = best
        stumps.append([j, cuts[j][k], step * low, step * high])
        scores = [
            score + step * (low if which <= k else high) for score, which in zip(scores, binned[j])
        ]
    return {"kind": "stumps", "stumps": stumps}


def best_cut(binned, counts, cuts, errors):
    """The question that explains most of the errors: column, bin, and the answer for each side."""
    total, best = sum(errors), (0.0, 0, 0, 0.0, 0.0)
    for j, column in enumerate(binned):
        sums = [0.0] * len(counts[j])
        for which, error in zip(column, errors):
            sums[which] += error
        left_sum, left_count = 0.0, 0
        for k in range(len(cuts[j])):
            left_sum += sums[k]
            left_count += counts[j][k]
            right_sum, right_count = total - left_sum, len(errors) - left_count
            # A quarter of the count is the steepest that the logistic loss can bend.
            low, high = left_sum / (left_count / 4 + 1), right_sum / (right_count / 4 + 1)
            gain = left_sum * low + right_sum * high
            if gain > best[0]:
                best = (gain, j, k, low, high)
    return best[1:]

# COMMAND ----------

# DBTITLE 1,Train
fit = {"logistic": fit_logistic, "stumps": fit_stumps}
if model_kind not in fit:
    raise ValueError("model_kind %r: it must be one of %s" % (model_kind, ", ".join(fit)))
model = fit[model_kind](rows, labels)
train_auc = model_auc(model, rows, labels)
validation_auc = model_auc(model, *read_table(folder, "validation"))
print("%s: AUC %.4f on the training rows, %.4f on the validation rows" % (model_kind, train_auc, validation_auc))

# COMMAND ----------

# DBTITLE 1,Register
source = save_model(model, "%s/models/%s" % (folder, uuid.uuid4().hex))
version = register_version(
    model_name,
    source,
    "Trained on synthetic wines, run %s" % run_name,
    {"kind": model_kind, "auc": validation_auc},
)["version"]
print("registered version", version, "of", model_name, "from", source)

# COMMAND ----------

# DBTITLE 1,Move to Staging
dbutils.jobs.taskValues.set(key="version", value=version)
move_version(model_name, version, "Staging", False, "Trained: AUC %.4f on the validation rows" % validation_auc)
print("version", version, "is in Staging")

# COMMAND ----------

dbutils.notebook.exit(json.dumps({"auc": validation_auc, "kind": model_kind, "version": version}))
