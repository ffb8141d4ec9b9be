variable "region" {
  description = "The AWS region of the network."
  type        = string
}

variable "environment" {
  description = "The environment's name, as in mesh.yaml."
  type        = string
}

variable "name" {
  description = "What the names of all parts of the network begin with."
  type        = string
}

variable "cidr_block" {
  description = "The network's addresses: a /16, of which no two networks that are joined have the same."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.cidr_block)) && endswith(var.cidr_block, "/16")
    error_message = "Say an IPv4 /16, such as 10.20.0.0/16."
  }
}

variable "nat_gateways" {
  description = "How many ways to the internet there are: one for all zones, or one a zone."
  type        = number

  validation {
    condition     = contains([1, 3], var.nat_gateways)
    error_message = "One for all zones, or three."
  }
}

variable "flow_log_days" {
  description = "For how many days the log of connections is kept."
  type        = number

  validation {
    condition     = contains([30, 90, 180, 365], var.flow_log_days)
    error_message = "One of 30, 90, 180 and 365, which CloudWatch takes."
  }
}

variable "transit_gateway" {
  description = "What joins this network with others, and the addresses that are reached through it; null for none."
  type = object({
    id          = string
    cidr_blocks = list(string)
  })
  default = null
}
