# Databricks notebook source
# MAGIC %md
# MAGIC # Evaluating
# MAGIC Compares a version with the one in Production, on rows that neither has learned from.
# MAGIC With `promote` = `true` it is a gate: a better version goes to Production, any other makes this notebook fail.
# MAGIC (`dbutils.notebook.exit` would end the run as a success: a gate has to raise.)

# COMMAND ----------

dbutils.widgets.text("run_name", "local")
dbutils.widgets.text("model_name", "wine-quality")
dbutils.widgets.text("version", "")  # empty: the one that training has just registered, or the newest in Staging
dbutils.widgets.dropdown("promote", "false", ["true", "false"])
dbutils.widgets.text("signalbox_key", "")  # names the start that this run belongs to; not used here

run_name = dbutils.widgets.get("run_name")
model_name = dbutils.widgets.get("model_name")
promote = {"true": True, "false": False}[dbutils.widgets.get("promote")]

# COMMAND ----------

# MAGIC %run ./tables

# COMMAND ----------

# MAGIC %run ./models

# COMMAND ----------

# MAGIC %run ./registry

# COMMAND ----------

# DBTITLE 1,Which version
def version_in_question():
    """The version asked for; else the one of this job's training task; else the newest in Staging."""
    asked = dbutils.widgets.get("version")
    if asked:
        return asked
    try:
        trained = dbutils.jobs.taskValues.get(taskKey="training", key="version", default="", debugValue="")
    except Exception:
        trained = ""  # this job has no training task, which Databricks reports as an error
    if trained:
        return trained
    staged = latest_version(model_name, "Staging")
    if staged is None:
        raise LookupError("%s has no version in Staging" % model_name)
    return staged["version"]


class NotBetter(Exception):
    """The gate stays closed."""


candidate = get_version(model_name, version_in_question())
current = latest_version(model_name, "Production")
version = candidate["version"]
print("%s version %s is in %s" % (model_name, version, candidate["current_stage"]))

# COMMAND ----------

# DBTITLE 1,Compare
rows, labels = read_table(run_folder(run_name), "test")
candidate_auc = model_auc(load_model(candidate), rows, labels)
current_auc = model_auc(load_model(current), rows, labels) if current else None
print("version %s: AUC %.4f on %d held-out rows" % (version, candidate_auc, len(rows)))
if current:
    print("version %s, in Production: AUC %.4f on the same rows" % (current["version"], current_auc))
else:
    print("no version is in Production")

# COMMAND ----------

# DBTITLE 1,Decide
already_there = candidate["current_stage"] == "Production"
if promote and not already_there:
    if candidate["current_stage"] != "Staging":
        raise NotBetter("version %s is in %s, not in Staging" % (version, candidate["current_stage"]))
    if current and candidate_auc <= current_auc:
        raise NotBetter(
            "version %s is not promoted: its AUC is %.4f, and version %s in Production has %.4f"
            % (version, candidate_auc, current["version"], current_auc)
        )
    move_version(model_name, version, "Production", True, "AUC %.4f on held-out rows" % candidate_auc)
    print("version", version, "is promoted to Production")

# COMMAND ----------

result = {
    "version": version,
    "auc": candidate_auc,
    "production_version": current["version"] if current else None,
    "production_auc": current_auc,
    "promoted": promote and not already_there,
}
dbutils.notebook.exit(json.dumps(result))
