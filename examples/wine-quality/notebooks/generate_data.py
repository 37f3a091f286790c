# Databricks notebook source
# MAGIC %md
# MAGIC # Synthetic wine tables
# MAGIC Writes two tables that look like the public wine-quality data: same columns, row counts and ranges.
# MAGIC **Every row is invented.** The numbers are drawn at random, with a fixed seed, so everybody gets the same tables.
# MAGIC Used with `%run ./generate_data`.

# COMMAND ----------

import csv
import math
import os
import random

# Name, then mean and spread in red and in white wine, then the range that values are kept in.
# They follow the published summary statistics of the real tables, rounded.
COLUMNS = [
    ("fixed acidity", (8.3, 1.7), (6.9, 0.84), (3.8, 15.9)),
    ("volatile acidity", (0.53, 0.18), (0.28, 0.10), (0.08, 1.58)),
    ("citric acid", (0.27, 0.19), (0.33, 0.12), (0.0, 1.66)),
    ("residual sugar", (2.5, 1.4), (6.4, 5.1), (0.6, 65.8)),
    ("chlorides", (0.087, 0.047), (0.046, 0.022), (0.009, 0.611)),
    ("free sulfur dioxide", (15.9, 10.5), (35.0, 17.0), (1.0, 289.0)),
    ("total sulfur dioxide", (46.0, 33.0), (138.0, 42.0), (6.0, 440.0)),
    ("density", (0.9967, 0.0019), (0.9940, 0.0030), (0.987, 1.039)),
    ("pH", (3.31, 0.15), (3.19, 0.15), (2.72, 4.01)),
    ("sulphates", (0.66, 0.17), (0.49, 0.11), (0.22, 2.0)),
    ("alcohol", (10.4, 1.07), (10.5, 1.23), (8.0, 14.9)),
]
QUALITY = (3, 9)
ROWS = {"red": 1599, "white": 4898}
SEED = 2009

# COMMAND ----------

def synthetic_row(colour, rng):
    """One invented wine: eleven measurements, and the grade that tasters might give it."""
    z = [rng.gauss(0, 1) for _ in COLUMNS]
    z[6] = 0.7 * z[5] + 0.7 * z[6]  # total sulfur dioxide contains the free part
    z[7] = -0.68 * z[10] + 0.55 * z[3] + 0.45 * z[7]  # density falls with alcohol, rises with sugar
    z[8] = -0.5 * z[0] + 0.85 * z[8]  # pH falls with acidity
    grade = (
        6.62
        + 0.6 * math.tanh(1.2 * z[10])  # alcohol pleases, up to a point
        - 0.2 * z[1]
        - 0.45 * abs(z[2])  # citric acid has a sweet spot, and so has pH
        - 0.5 * abs(z[8])
        - 0.5 * max(0.0, -z[5])  # too little free sulfur dioxide spoils
        + 0.15 * min(z[9], 0.8)
        - 0.1 * z[7]
        + rng.gauss(0, 0.62)
        - (0.15 if colour == "red" else 0.0)
    )
    which = 1 if colour == "red" else 2
    values = []
    for column, score in zip(COLUMNS, z):
        mean, spread = column[which]
        low, high = column[3]
        values.append("%.4g" % max(low, min(high, mean + spread * score)))
    return values + [str(max(QUALITY[0], min(QUALITY[1], round(grade))))]

# COMMAND ----------

def generate_tables(folder):
    """Writes winequality-red.csv and winequality-white.csv into the folder."""
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(SEED)
    for colour, count in ROWS.items():
        path = "%s/winequality-%s.csv" % (folder, colour)
        # Another run may be looking for the file: it appears under its name only when it is whole.
        unfinished = "%s.%d" % (path, os.getpid())
        with open(unfinished, "w", newline="") as file:
            table = csv.writer(file, delimiter=";", lineterminator="\n")
            table.writerow([column[0] for column in COLUMNS] + ["quality"])
            table.writerows(synthetic_row(colour, rng) for _ in range(count))
        os.replace(unfinished, path)
        print("wrote", count, "synthetic rows:", path)
