# Databricks notebook source
# MAGIC %md
# MAGIC # Release check
# MAGIC Makes sure that a version which is said to be in Production is there, can be loaded, and scores wines.
# MAGIC Anything else makes this notebook fail.

# COMMAND ----------

dbutils.widgets.text("run_name", "local")
dbutils.widgets.text("model_name", "wine-quality")
dbutils.widgets.text("version", "")  # empty: whatever is in Production
dbutils.widgets.text("signalbox_key", "")  # names the start that this run belongs to; not used here

model_name = dbutils.widgets.get("model_name")

# COMMAND ----------

# MAGIC %run ./tables

# COMMAND ----------

# MAGIC %run ./models

# COMMAND ----------

# MAGIC %run ./registry

# COMMAND ----------

# DBTITLE 1,It is in Production
asked = dbutils.widgets.get("version")
version = get_version(model_name, asked) if asked else latest_version(model_name, "Production")
if version is None:
    raise LookupError("%s has no version in Production" % model_name)
if version["current_stage"] != "Production":
    raise RuntimeError(
        "%s version %s is in %s, not in Production" % (model_name, version["version"], version["current_stage"])
    )

# COMMAND ----------

# DBTITLE 1,It scores wines
model = load_model(version)
rows, labels = read_table(run_folder(dbutils.widgets.get("run_name")), "test")
scores = [predict(model, row) for row in rows[:5]]
for score, label in zip(scores, labels):
    print("score %.3f, in truth %s" % (score, "good" if label else "not so good"))
if len(set(scores)) < 2:
    raise RuntimeError("the model gives every wine the same score: %r" % scores)

# COMMAND ----------

dbutils.notebook.exit(json.dumps({"version": version["version"], "scored": len(scores)}))
