# Schemas, their users and their readers, by SQL. Users have no password: they come with credentials that IAM gives
# for an hour (redshift:GetClusterCredentials, with the user's name as the resource).
#
# A statement runs once, when it is new. One that is taken away is not undone: see the README.

locals {
  readers = {
    for pair in flatten([
      for name, schema in var.schemas : [for reader in schema.readers : { schema = name, reader = reader }]
    ]) : "${pair.schema} ${pair.reader}" => pair
  }
}

resource "aws_redshiftdata_statement" "user" {
  for_each = var.schemas

  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql                = "CREATE USER \"${each.key}\" PASSWORD DISABLE"
}

resource "aws_redshiftdata_statement" "schema" {
  for_each = var.schemas

  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql = join(" ", [
    "CREATE SCHEMA IF NOT EXISTS \"${each.key}\" AUTHORIZATION \"${each.key}\"",
    each.value.quota_gb == null ? "QUOTA UNLIMITED" : "QUOTA ${each.value.quota_gb} GB",
  ])

  depends_on = [aws_redshiftdata_statement.user]
}

resource "aws_redshiftdata_statement" "usage" {
  for_each = local.readers

  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql                = "GRANT USAGE ON SCHEMA \"${each.value.schema}\" TO \"${each.value.reader}\""

  depends_on = [aws_redshiftdata_statement.schema]
}

resource "aws_redshiftdata_statement" "tables" {
  for_each = local.readers

  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql                = "GRANT SELECT ON ALL TABLES IN SCHEMA \"${each.value.schema}\" TO \"${each.value.reader}\""

  depends_on = [aws_redshiftdata_statement.schema]
}

resource "aws_redshiftdata_statement" "tables_to_come" {
  for_each = local.readers

  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql = join(" ", [
    "ALTER DEFAULT PRIVILEGES FOR USER \"${each.value.schema}\" IN SCHEMA \"${each.value.schema}\"",
    "GRANT SELECT ON TABLES TO \"${each.value.reader}\"",
  ])

  depends_on = [aws_redshiftdata_statement.schema]
}
