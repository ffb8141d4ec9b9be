terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.14"
    }
  }

  # The pipeline says which bucket and key, as rendered/pipeline has them: one state an environment.
  backend "s3" {}
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      mesh        = "city-mobility"
      environment = var.environment
      stage       = "kubernetes-cluster"
    }
  }
}
