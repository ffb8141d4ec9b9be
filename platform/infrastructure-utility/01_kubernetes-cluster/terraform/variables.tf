variable "region" {
  description = "The AWS region of the cluster."
  type        = string
}

variable "environment" {
  description = "The environment's name, as in mesh.yaml."
  type        = string
}

variable "cluster_name" {
  description = "The cluster's name, as Argo CD knows it."
  type        = string
}

variable "kubernetes_version" {
  description = "The Kubernetes version, major and minor."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]+$", var.kubernetes_version))
    error_message = "Say major and minor, such as 1.34."
  }
}

variable "node_type" {
  description = "The instance type of the nodes."
  type        = string
}

variable "node_count" {
  description = "How many nodes there are. Three at least, one a zone: Kafka's brokers are spread over them."
  type = object({
    minimum = number
    maximum = number
  })

  validation {
    condition     = var.node_count.minimum >= 3 && var.node_count.maximum >= var.node_count.minimum
    error_message = "At least three nodes, and no maximum below the minimum."
  }
}

variable "key_alias" {
  description = "The alias of the KMS key that encrypts what the mesh stores."
  type        = string

  validation {
    condition     = startswith(var.key_alias, "alias/")
    error_message = "An alias begins with alias/."
  }
}

variable "boundary_name" {
  description = "The name of the policy that bounds all roles that are rendered."
  type        = string
}

variable "bucket_prefix" {
  description = "What the names of the data products' buckets begin with in this environment."
  type        = string
}

variable "product_names" {
  description = "Patterns of the names of roles and policies that are rendered for data products."
  type        = list(string)
}

variable "terraform_state" {
  description = <<-EOT
    Where Terraform keeps its state: a bucket, and what its keys begin with. Terraform that runs in the cluster
    reaches the states of `stages` only, and none of what it runs on.
  EOT
  type = object({
    bucket = string
    prefix = string
    stages = list(string)
  })
}

variable "argocd" {
  description = <<-EOT
    Where Argo CD runs. In its own cluster: `manages`, the roles by which it manages others. In a cluster that it
    manages from elsewhere: its own `role`, and the addresses that it comes from.
  EOT
  type = object({
    manages    = optional(list(string), [])
    role       = optional(string)
    cidr_block = optional(string)
  })

  validation {
    condition     = (var.argocd.role == null) == (var.argocd.cidr_block == null)
    error_message = "An Argo CD elsewhere has both a role and addresses."
  }
}
