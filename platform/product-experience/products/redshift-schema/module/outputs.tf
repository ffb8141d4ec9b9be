output "schema" {
  description = "The schema, with its database."
  value       = "${var.database}.${var.schema}"
}

output "tables" {
  description = "The tables in it."
  value       = sort(keys(local.tables))
}
