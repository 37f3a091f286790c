# Databricks notebook source
# MAGIC %md
# MAGIC # Tables
# MAGIC Where the tables lie, and how they are read and written. Used with `%run ./tables`.

# COMMAND ----------

import csv
import os
import re

DATA = "/dbfs/tutorials/wine-data"


def run_folder(run_name):
    """The folder of one line of work, usually a branch: what it prepares disturbs no other."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", run_name).strip("-")
    if not name:
        raise ValueError("run_name %r has no letter and no digit to name a folder after" % run_name)
    return "%s/%s" % (DATA, name)


def write_table(folder, name, header, rows):
    os.makedirs(folder, exist_ok=True)
    with open("%s/%s.csv" % (folder, name), "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def read_table(folder, name):
    """A prepared table: one list of measurements per wine, and 1 or 0 for good or not."""
    path = "%s/%s.csv" % (folder, name)
    if not os.path.exists(path):
        raise FileNotFoundError("there is no %s: run data_prep with the same run_name first" % path)
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [[float(value) for value in row[:-1]] for row in rows], [int(row[-1]) for row in rows]
