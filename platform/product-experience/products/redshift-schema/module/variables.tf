variable "region" {
  description = "The AWS region of the warehouse."
  type        = string
}

variable "cluster" {
  description = "The name of the Redshift cluster, as the module redshift-warehouse was given it."
  type        = string

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.cluster)) && length(var.cluster) <= 63
    error_message = "Lower case letters, digits and single hyphens, a letter first, at most 63."
  }
}

# What a contract and its deployment say. meshwarden gives it; a deployment.yaml cannot.

variable "database" {
  description = "The database, as the contract's server names it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z_][A-Za-z0-9_]{0,126}$", var.database))
    error_message = "Letters, digits and underscores, no digit first, at most 127."
  }
}

variable "schema" {
  description = "The schema, as the contract's server names it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z_][A-Za-z0-9_]{0,126}$", var.schema))
    error_message = "Letters, digits and underscores, no digit first, at most 127."
  }
}

variable "owner" {
  description = "The domain whose schema it is: the warehouse's user of that name owns it, and makes it here."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.owner)) && var.owner != "administrator"
    error_message = "A domain is called by lower case letters, digits and hyphens, a letter first."
  }
}

variable "readers" {
  description = "The domains that may read all tables of the schema, also those to come."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.readers : can(regex("^[a-z][a-z0-9-]{0,62}$", name))])
    error_message = "A domain is called by lower case letters, digits and hyphens, a letter first."
  }
}

variable "tables" {
  description = "The contract's tables, with their columns in order."
  type = list(object({
    name        = string
    primary_key = optional(list(string), [])
    columns = list(object({
      name     = string
      type     = string
      required = optional(bool, false)
    }))
  }))

  validation {
    condition = alltrue(flatten([
      for table in var.tables : [
        for name in concat([table.name], table.primary_key, table.columns[*].name) :
        can(regex("^[A-Za-z_][A-Za-z0-9_]{0,126}$", name))
      ]
    ]))
    error_message = "Tables and columns are called by letters, digits and underscores, no digit first."
  }

  # The one text of a contract that becomes SQL without quotes.
  validation {
    condition = alltrue(flatten([
      for table in var.tables : [
        for column in table.columns : can(regex("^[a-z][a-z0-9 ]*(\\([0-9a-z, ]+\\))?$", column.type))
      ]
    ]))
    error_message = "A type is a word or some, with a length or a precision in parentheses."
  }
}
