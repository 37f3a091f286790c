# Databricks notebook source
# MAGIC %md
# MAGIC # Data prep
# MAGIC Reads the red and the white table, cleans them, checks them, and writes three tables for `run_name`:
# MAGIC `train`, `validation`, and `test`, which only the evaluation looks at.
# MAGIC The tables are synthetic, unless somebody has put the real ones in the folder.

# COMMAND ----------

dbutils.widgets.text("run_name", "local")
dbutils.widgets.text("signalbox_key", "")  # names the start that this run belongs to; not used here
run_name = dbutils.widgets.get("run_name")

# COMMAND ----------

# MAGIC %run ./tables

# COMMAND ----------

# MAGIC %run ./generate_data

# COMMAND ----------

# DBTITLE 1,Read
if not all(os.path.exists("%s/winequality-%s.csv" % (DATA, colour)) for colour in ROWS):
    generate_tables(DATA)

wines = []
for colour in ROWS:
    with open("%s/winequality-%s.csv" % (DATA, colour), newline="") as file:
        for wine in csv.DictReader(file, delimiter=";"):
            wines.append(dict(wine, colour=colour))
print(len(wines), "wines")

# COMMAND ----------

# DBTITLE 1,Clean
MEASUREMENTS = [column[0] for column in COLUMNS]

for wine in wines:
    for name in MEASUREMENTS:
        wine[name] = float(wine[name])
    wine["is red"] = 1 if wine["colour"] == "red" else 0
    wine["good"] = 1 if int(wine["quality"]) >= 7 else 0

# COMMAND ----------

# DBTITLE 1,Check
for name, _, _, (low, high) in COLUMNS:
    values = [wine[name] for wine in wines]
    outside = [value for value in values if not low <= value <= high]
    if outside:
        raise ValueError(
            "column %r: %d of %d values lie outside %g to %g, the first is %g"
            % (name, len(outside), len(values), low, high, outside[0])
        )
    if min(values) == max(values):
        raise ValueError("column %r: every value is %g" % (name, values[0]))

share = sum(wine["good"] for wine in wines) / len(wines)
if not 0.05 <= share <= 0.5:
    raise ValueError("column 'good': %.1f %% of the wines are good, expected 5 to 50" % (100 * share))
print("checked", len(COLUMNS), "columns; %.1f %% of the wines are good" % (100 * share))

# COMMAND ----------

# DBTITLE 1,Split and write
random.Random(123).shuffle(wines)
first, second = len(wines) * 6 // 10, len(wines) * 8 // 10
header = MEASUREMENTS + ["is red", "good"]
folder = run_folder(run_name)
for name, part in (("train", wines[:first]), ("validation", wines[first:second]), ("test", wines[second:])):
    write_table(folder, name, header, [[wine[column] for column in header] for wine in part])
    print("%s: %d rows in %s/%s.csv" % (name, len(part), folder, name))

# COMMAND ----------

import json

dbutils.notebook.exit(json.dumps({"rows": len(wines), "folder": folder}))
