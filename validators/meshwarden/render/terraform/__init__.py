"""Modules of Terraform: run in the cluster by tofu-controller, or outside of it by a pipeline."""
