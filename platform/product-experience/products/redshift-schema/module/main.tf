# A schema with its tables and its readers, by SQL, as the user that the warehouse has for the owner's domain. That
# user has no password: it comes with credentials that IAM gives for an hour (redshift:GetClusterCredentials).
#
# AWS forgets a statement after a day, and then it runs again: each may run any number of times. One that is taken
# away is not undone: see the README.

locals {
  tables = { for table in var.tables : table.name => table }

  columns = {
    for table in var.tables : table.name => concat(
      [
        for column in table.columns :
        join(" ", compact(["\"${column.name}\"", column.type, column.required ? "NOT NULL" : ""]))
      ],
      length(table.primary_key) == 0 ? [] : [
        format("PRIMARY KEY (%s)", join(", ", [for name in table.primary_key : "\"${name}\""]))
      ],
    )
  }
}

resource "aws_redshiftdata_statement" "schema" {
  cluster_identifier = var.cluster
  database           = var.database
  db_user            = var.owner
  statement_name     = "redshift-schema/${local.module_version}"
  sql                = "CREATE SCHEMA IF NOT EXISTS \"${var.schema}\" AUTHORIZATION \"${var.owner}\""
}

resource "aws_redshiftdata_statement" "table" {
  for_each = local.tables

  cluster_identifier = var.cluster
  database           = var.database
  db_user            = var.owner
  sql = format(
    "CREATE TABLE IF NOT EXISTS \"%s\".\"%s\" (%s)", var.schema, each.key, join(", ", local.columns[each.key])
  )

  depends_on = [aws_redshiftdata_statement.schema]
}

resource "aws_redshiftdata_statement" "usage" {
  for_each = var.readers

  cluster_identifier = var.cluster
  database           = var.database
  db_user            = var.owner
  sql                = "GRANT USAGE ON SCHEMA \"${var.schema}\" TO \"${each.key}\""

  depends_on = [aws_redshiftdata_statement.schema]
}

resource "aws_redshiftdata_statement" "read" {
  for_each = var.readers

  cluster_identifier = var.cluster
  database           = var.database
  db_user            = var.owner
  sql                = "GRANT SELECT ON ALL TABLES IN SCHEMA \"${var.schema}\" TO \"${each.key}\""

  depends_on = [aws_redshiftdata_statement.table]
}

resource "aws_redshiftdata_statement" "read_to_come" {
  for_each = var.readers

  cluster_identifier = var.cluster
  database           = var.database
  db_user            = var.owner
  sql = join(" ", [
    "ALTER DEFAULT PRIVILEGES IN SCHEMA \"${var.schema}\"",
    "GRANT SELECT ON TABLES TO \"${each.key}\"",
  ])

  depends_on = [aws_redshiftdata_statement.schema]
}
