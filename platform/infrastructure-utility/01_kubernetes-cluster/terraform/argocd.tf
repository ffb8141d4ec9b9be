# How Argo CD gets at the clusters. It runs in one of them, and manages the others by a role in each one's account.
# What it may do within a cluster is said there, by the stage `continuous-delivery`.

locals {
  argocd_is_here   = var.argocd.role == null
  argocd_elsewhere = local.argocd_is_here ? {} : { this = var.argocd }

  # The service accounts that speak to other clusters: they compare and apply, and show what is there.
  argocd_clients = ["argocd-application-controller", "argocd-server"]
}

# In its own cluster: it may take the roles of the others, and has no other right in AWS.

resource "aws_iam_role" "argocd" {
  count = local.argocd_is_here ? 1 : 0

  name               = "${var.cluster_name}-argocd"
  assume_role_policy = data.aws_iam_policy_document.trust_pod.json
}

data "aws_iam_policy_document" "argocd" {
  statement {
    actions   = ["sts:AssumeRole", "sts:TagSession"]
    resources = var.argocd.manages
  }
}

resource "aws_iam_role_policy" "argocd" {
  count = local.argocd_is_here && length(var.argocd.manages) > 0 ? 1 : 0

  name   = "clusters"
  role   = aws_iam_role.argocd[0].name
  policy = data.aws_iam_policy_document.argocd.json
}

resource "aws_eks_pod_identity_association" "argocd" {
  for_each = local.argocd_is_here ? toset(local.argocd_clients) : []

  cluster_name    = aws_eks_cluster.this.name
  namespace       = "argocd"
  service_account = each.key
  role_arn        = aws_iam_role.argocd[0].arn
}

# In a cluster that it manages from elsewhere: a role that only it may take, and the group that this role is in.

data "aws_iam_policy_document" "trust_argocd" {
  for_each = local.argocd_elsewhere

  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    # The account, and the role by a condition: a principal must be there when it is named, and this environment
    # is made before that one.
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${split(":", each.value.role)[4]}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [each.value.role]
    }
  }
}

resource "aws_iam_role" "argocd_manager" {
  for_each = local.argocd_elsewhere

  name               = "${var.cluster_name}-argocd-manager"
  assume_role_policy = data.aws_iam_policy_document.trust_argocd[each.key].json
}

resource "aws_eks_access_entry" "argocd_manager" {
  for_each = local.argocd_elsewhere

  cluster_name      = aws_eks_cluster.this.name
  principal_arn     = aws_iam_role.argocd_manager[each.key].arn
  kubernetes_groups = ["argocd-manager"]
}

resource "aws_vpc_security_group_ingress_rule" "argocd" {
  for_each = local.argocd_elsewhere

  security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description       = "Argo CD, from its own cluster"
  cidr_ipv4         = each.value.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
