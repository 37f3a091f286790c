# Databricks notebook source
dbutils.widgets.text("who", "world")
who = dbutils.widgets.get("who")
print("hello,", who)

# COMMAND ----------

dbutils.notebook.exit(f"hello, {who}")
