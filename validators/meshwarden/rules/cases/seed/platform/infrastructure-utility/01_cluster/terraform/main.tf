# Stands for the module that makes an environment's cluster.
terraform {
  required_version = ">= 1.9"
}
