# The cluster: its key, its control plane and its nodes.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# The private subnets, one a zone, by the tags that the stage `account-networking` gives them.
data "aws_subnets" "private" {
  tags = {
    mesh        = "city-mobility"
    environment = var.environment
    tier        = "private"
  }

  lifecycle {
    postcondition {
      condition     = length(self.ids) >= 3
      error_message = "Fewer than three private subnets: the network of this environment is not there."
    }
  }
}

resource "aws_kms_key" "mesh" {
  description             = "Encrypts what the mesh stores in ${var.environment}."
  enable_key_rotation     = true
  deletion_window_in_days = 30

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "mesh" {
  name          = var.key_alias
  target_key_id = aws_kms_key.mesh.key_id
}

resource "aws_eks_cluster" "this" {
  name                      = var.cluster_name
  version                   = var.kubernetes_version
  role_arn                  = aws_iam_role.cluster.arn
  enabled_cluster_log_types = ["api", "audit", "authenticator"]

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = true # the pipeline's role
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = aws_kms_key.mesh.arn
    }
  }

  vpc_config {
    subnet_ids              = data.aws_subnets.private.ids
    endpoint_private_access = true
    endpoint_public_access  = false
  }

  depends_on = [aws_iam_role_policy_attachment.cluster]
}

# What nodes need to join, and pods to get an identity.
resource "aws_eks_addon" "before_nodes" {
  for_each = toset(["eks-pod-identity-agent", "kube-proxy", "vpc-cni"])

  cluster_name = aws_eks_cluster.this.name
  addon_name   = each.key

  # It holds network policies only if it is told to; NiFi and databases have no other guard.
  # https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
  configuration_values = each.key == "vpc-cni" ? jsonencode({ enableNetworkPolicy = "true" }) : null
}

resource "aws_eks_node_group" "general" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "general"
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = data.aws_subnets.private.ids
  ami_type        = "AL2023_x86_64_STANDARD"
  instance_types  = [var.node_type]

  scaling_config {
    min_size     = var.node_count.minimum
    max_size     = var.node_count.maximum
    desired_size = var.node_count.minimum
  }

  update_config {
    max_unavailable = 1
  }

  lifecycle {
    ignore_changes = [scaling_config[0].desired_size] # an autoscaler's
  }

  depends_on = [
    aws_eks_addon.before_nodes,
    aws_iam_role_policy_attachment.node,
  ]
}

resource "aws_eks_addon" "coredns" {
  cluster_name = aws_eks_cluster.this.name
  addon_name   = "coredns"

  depends_on = [aws_eks_node_group.general]
}

resource "aws_eks_addon" "ebs_csi" {
  cluster_name = aws_eks_cluster.this.name
  addon_name   = "aws-ebs-csi-driver"

  pod_identity_association {
    role_arn        = aws_iam_role.pod["ebs-csi"].arn
    service_account = "ebs-csi-controller-sa"
  }

  depends_on = [aws_eks_node_group.general]
}
