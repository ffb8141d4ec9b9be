# Schemas, their users and their readers, by SQL. Users have no password: they come with credentials that IAM gives
# for an hour (redshift:GetClusterCredentials, with the user's name as the resource).
#
# AWS forgets a statement after a day, and then it runs again: each may run any number of times. One that is taken
# away is not undone: see the README.

locals {
  readers = {
    for pair in flatten([
      for name, schema in var.schemas : [for reader in schema.readers : { schema = name, reader = reader }]
    ]) : "${pair.schema} ${pair.reader}" => pair
  }
}

# CREATE USER has no IF NOT EXISTS.
resource "aws_redshiftdata_statement" "procedure" {
  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql                = <<-SQL
    CREATE OR REPLACE PROCEDURE ensure_user(name varchar) AS $$
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_user WHERE usename = name) THEN
        EXECUTE 'CREATE USER ' || quote_ident(name) || ' PASSWORD DISABLE';
      END IF;
    END;
    $$ LANGUAGE plpgsql
  SQL
}

resource "aws_redshiftdata_statement" "user" {
  for_each = var.schemas

  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql                = "CALL ensure_user('${each.key}')"

  depends_on = [aws_redshiftdata_statement.procedure]
}

# Each domain makes the schemas of its data products by itself.
resource "aws_redshiftdata_statement" "create" {
  for_each = var.schemas

  cluster_identifier = aws_redshift_cluster.this.cluster_identifier
  database           = var.database
  secret_arn         = aws_redshift_cluster.this.master_password_secret_arn
  sql                = "GRANT CREATE ON DATABASE \"${var.database}\" TO \"${each.key}\""

  depends_on = [aws_redshiftdata_statement.user]
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
