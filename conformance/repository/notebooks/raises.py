# Databricks notebook source
print("so far so good")

# COMMAND ----------

raise ValueError("this is what broke")
