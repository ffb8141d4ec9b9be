locals {
  # The module's own version. Terraform has no field for it: it stands here, equal to product.yaml.
  module_version = "1.0.0"
}

terraform {
  required_version = "~> 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.14"
    }
  }

  # No backend: tofu-controller writes it, as mesh.yaml says for the environment.
}

provider "aws" {
  region = var.region
}
