variable "region" {
  description = "The AWS region of the warehouse."
  type        = string
}

variable "mesh" {
  description = "The mesh's name: the network is found by it, and all is tagged with it."
  type        = string
  default     = "city-mobility"
}

variable "environment" {
  description = "The environment's name, as in mesh.yaml: the network is found by it as well."
  type        = string
}

variable "name" {
  description = "The cluster's name, and what the names of all its parts begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.name)) && length(var.name) <= 50
    error_message = "Lower case letters, digits and single hyphens, a letter first, at most 50."
  }
}

variable "node_type" {
  description = "The type of the nodes: RA3, whose storage grows apart from them."
  type        = string
  default     = "ra3.xlplus"

  validation {
    condition     = startswith(var.node_type, "ra3.")
    error_message = "A type of RA3, such as ra3.xlplus."
  }
}

variable "node_count" {
  description = "How many nodes there are. One is for trying things out: it has no copy of its data but in snapshots."
  type        = number
  default     = 2

  validation {
    condition     = var.node_count >= 1 && floor(var.node_count) == var.node_count
    error_message = "A whole number, at least one."
  }
}

variable "snapshot_days" {
  description = "For how many days the daily snapshots are kept."
  type        = number
  default     = 35

  validation {
    condition     = var.snapshot_days >= 1 && var.snapshot_days <= 35
    error_message = "Redshift keeps automated snapshots for 1 to 35 days."
  }
}

variable "key_alias" {
  description = "The alias of the KMS key that encrypts the warehouse, its snapshots and its administrator's password."
  type        = string
}

variable "boundary_name" {
  description = "The policy that bounds the role by which the warehouse reads and writes buckets."
  type        = string
}

variable "bucket_prefix" {
  description = "What the names of the buckets begin with that COPY reads and UNLOAD writes."
  type        = string
}

variable "client_cidr_blocks" {
  description = "The addresses that may connect."
  type        = list(string)

  validation {
    condition     = !contains(var.client_cidr_blocks, "0.0.0.0/0")
    error_message = "The warehouse is not open to all addresses."
  }
}

variable "database" {
  description = "The name of the database."
  type        = string
  default     = "mesh"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,63}$", var.database))
    error_message = "Lower case letters, digits and underscores, a letter first."
  }
}

variable "schemas" {
  description = <<-EOT
    The schemas, by name. Each is owned by a database user of the same name; `readers` are other such users, and may
    read all its tables, also those to come. `quota_gb` is how large it may grow; without limit if not said.
  EOT
  type = map(object({
    readers  = optional(set(string), [])
    quota_gb = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.schemas) : can(regex("^[a-z][a-z0-9_-]{0,62}$", name))])
    error_message = "A schema is called by lower case letters, digits, underscores and hyphens, a letter first."
  }

  validation {
    condition = alltrue([
      for schema in values(var.schemas) : length(setsubtract(schema.readers, keys(var.schemas))) == 0
    ])
    error_message = "A reader is the user of another schema of this warehouse."
  }
}
