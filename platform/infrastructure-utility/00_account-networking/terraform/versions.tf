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

  # Later stages find the network by `mesh` and `environment`, and its subnets by `tier` as well.
  default_tags {
    tags = {
      mesh        = "city-mobility"
      environment = var.environment
      stage       = "account-networking"
    }
  }
}
