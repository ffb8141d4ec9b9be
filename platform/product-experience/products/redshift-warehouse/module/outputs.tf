output "cluster_identifier" {
  description = "The cluster's name, as redshift:GetClusterCredentials takes it."
  value       = aws_redshift_cluster.this.cluster_identifier
}

output "host" {
  description = "Where the warehouse is reached, from within the network."
  value       = aws_redshift_cluster.this.dns_name
}

output "port" {
  description = "The port of the warehouse."
  value       = aws_redshift_cluster.this.port
}

output "database" {
  description = "The name of the database."
  value       = aws_redshift_cluster.this.database_name
}

output "schemas" {
  description = "The schemas, each of them with a user of the same name."
  value       = sort(keys(var.schemas))
}

output "storage_role_arn" {
  description = "The role that COPY and UNLOAD work with; also the cluster's default."
  value       = aws_iam_role.storage.arn
}

output "administrator_secret_arn" {
  description = "The secret in which Redshift keeps the administrator's password."
  value       = aws_redshift_cluster.this.master_password_secret_arn
  sensitive   = true
}
