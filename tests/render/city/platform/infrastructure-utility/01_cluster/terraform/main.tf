# Stands for the module that makes an environment's cluster.

variable "name" {
  description = "The cluster's name."
  type        = string
}

variable "nodes" {
  description = "How many nodes there are."
  type        = number
  default     = 3
}
