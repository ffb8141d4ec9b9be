# The cluster, in the private subnets of its environment.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_kms_alias" "mesh" {
  name = var.key_alias
}

data "aws_vpc" "this" {
  tags = {
    mesh        = var.mesh
    environment = var.environment
  }
}

data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.this.id]
  }

  tags = {
    tier = "private"
  }
}

resource "aws_redshift_subnet_group" "this" {
  name        = var.name
  description = "The private subnets of ${var.environment}."
  subnet_ids  = data.aws_subnets.private.ids
}

resource "aws_security_group" "this" {
  name        = var.name
  description = "Who may connect to the warehouse, and what it may connect to."
  vpc_id      = data.aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = toset(var.client_cidr_blocks)

  security_group_id = aws_security_group.this.id
  description       = "Clients of the warehouse"
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = aws_redshift_cluster.this.port
  to_port           = aws_redshift_cluster.this.port
}

# S3, by the endpoint of the network: `enhanced_vpc_routing` sends all its traffic through the network.
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "S3 and other services of AWS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_redshift_parameter_group" "this" {
  name        = var.name
  description = "Connections are encrypted, and what users do is logged."
  family      = "redshift-1.0"

  parameter {
    name  = "require_ssl"
    value = "true"
  }

  parameter {
    name  = "enable_user_activity_logging"
    value = "true"
  }
}

resource "aws_redshift_cluster" "this" {
  cluster_identifier = var.name
  cluster_type       = var.node_count == 1 ? "single-node" : "multi-node"
  node_type          = var.node_type
  number_of_nodes    = var.node_count
  database_name      = var.database

  # Redshift makes the administrator's password, keeps it as a secret, and changes it by itself.
  master_username                   = "administrator"
  manage_master_password            = true
  master_password_secret_kms_key_id = data.aws_kms_alias.mesh.target_key_arn

  encrypted  = true
  kms_key_id = data.aws_kms_alias.mesh.target_key_arn

  cluster_subnet_group_name    = aws_redshift_subnet_group.this.name
  vpc_security_group_ids       = [aws_security_group.this.id]
  cluster_parameter_group_name = aws_redshift_parameter_group.this.name
  enhanced_vpc_routing         = true
  publicly_accessible          = false

  iam_roles            = [aws_iam_role.storage.arn]
  default_iam_role_arn = aws_iam_role.storage.arn

  automated_snapshot_retention_period = var.snapshot_days
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "${var.name}-final"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_redshift_logging" "this" {
  cluster_identifier   = aws_redshift_cluster.this.id
  log_destination_type = "cloudwatch"
  log_exports          = ["connectionlog", "useractivitylog", "userlog"]
}
