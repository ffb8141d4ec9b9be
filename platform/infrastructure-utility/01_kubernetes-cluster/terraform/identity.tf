# Who may do what in AWS: the control plane and the nodes, the ACK controllers of the stage `operators`, and the
# most that any data product's role may do.

locals {
  policy_prefix = "arn:${data.aws_partition.current.partition}:iam::aws:policy"
  account       = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}"
  buckets       = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_prefix}*"

  # Controllers, by the service accounts that they run as.
  controllers = {
    ack-glue       = { namespace = "ack-glue", service_account = "ack-glue-controller" }
    ack-iam        = { namespace = "ack-iam", service_account = "ack-iam-controller" }
    ack-kafka      = { namespace = "ack-kafka", service_account = "ack-kafka-controller" }
    ack-s3         = { namespace = "ack-s3", service_account = "ack-s3-controller" }
    product-runner = { namespace = "terraform", service_account = "tf-runner" }
    tf-runner      = { namespace = "tofu-system", service_account = "tf-runner" }
  }
}

# The control plane and the nodes.

data "aws_iam_policy_document" "trust_service" {
  for_each = toset(["ec2", "eks"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "cluster" {
  name               = "${var.cluster_name}-cluster"
  assume_role_policy = data.aws_iam_policy_document.trust_service["eks"].json
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "${local.policy_prefix}/AmazonEKSClusterPolicy"
}

resource "aws_iam_role" "node" {
  name               = "${var.cluster_name}-node"
  assume_role_policy = data.aws_iam_policy_document.trust_service["ec2"].json
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each = toset([
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKS_CNI_Policy",
    "AmazonEKSWorkerNodePolicy",
  ])

  role       = aws_iam_role.node.name
  policy_arn = "${local.policy_prefix}/${each.key}"
}

# Service accounts of data products take their roles through the cluster's own issuer.
resource "aws_iam_openid_connect_provider" "cluster" {
  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

# Service accounts of controllers take theirs through EKS Pod Identity: their manifests name no account, and
# are the same in all environments.

data "aws_iam_policy_document" "trust_pod" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "pod" {
  for_each = toset(concat(["ebs-csi"], keys(local.controllers)))

  name               = "${var.cluster_name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust_pod.json
}

resource "aws_iam_role_policy_attachment" "ebs_csi" {
  role       = aws_iam_role.pod["ebs-csi"].name
  policy_arn = "${local.policy_prefix}/service-role/AmazonEBSCSIDriverPolicy"
}

resource "aws_eks_pod_identity_association" "controller" {
  for_each = local.controllers

  cluster_name    = aws_eks_cluster.this.name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.pod[each.key].arn
}

# The S3 controller: makes and configures the mesh's buckets. It may not delete one, and may not read what is
# in them.

data "aws_iam_policy_document" "ack_s3" {
  statement {
    actions   = ["s3:ListAllMyBuckets"]
    resources = ["*"]
  }

  statement {
    actions = [
      "s3:CreateBucket",
      "s3:DeleteBucketPolicy",
      "s3:Get*Configuration",
      "s3:GetBucket*",
      "s3:ListBucket",
      "s3:PutBucketLogging",
      "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketTagging",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ]
    resources = [local.buckets]
  }
}

resource "aws_iam_role_policy" "ack_s3" {
  name   = "buckets"
  role   = aws_iam_role.pod["ack-s3"].name
  policy = data.aws_iam_policy_document.ack_s3.json
}

# The IAM controller: makes policies and roles by the names of data products, and no role without the boundary.

data "aws_iam_policy_document" "ack_iam" {
  statement {
    actions = [
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:ListPolicyTags",
      "iam:ListPolicyVersions",
      "iam:SetDefaultPolicyVersion",
      "iam:TagPolicy",
      "iam:UntagPolicy",
    ]
    resources = [for name in var.product_names : "${local.account}:policy/${name}"]
  }

  statement {
    actions = [
      "iam:DeleteRole",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:ListRoleTags",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ]
    resources = [for name in var.product_names : "${local.account}:role/${name}"]
  }

  statement {
    actions = [
      "iam:AttachRolePolicy",
      "iam:CreateRole",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
    ]
    resources = [for name in var.product_names : "${local.account}:role/${name}"]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }
}

resource "aws_iam_role_policy" "ack_iam" {
  name   = "roles"
  role   = aws_iam_role.pod["ack-iam"].name
  policy = data.aws_iam_policy_document.ack_iam.json
}

# The boundary: whatever a rendered policy says, a data product's role reads and writes objects of the mesh's
# buckets in this environment, reads the tables of data products and fills their partitions, reads the feeds of
# vendors, and nothing else.

data "aws_iam_policy_document" "boundary" {
  statement {
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [local.buckets]
  }

  statement {
    actions = [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ]
    resources = ["${local.buckets}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.mesh.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }

  statement {
    actions = [
      "glue:BatchCreatePartition",
      "glue:BatchDeletePartition",
      "glue:BatchGetPartition",
      "glue:BatchUpdatePartition",
      "glue:CreatePartition",
      "glue:DeletePartition",
      "glue:GetDatabase",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:UpdatePartition",
    ]
    resources = concat(
      ["${local.glue}:catalog"],
      [for name in var.product_names : "${local.glue}:database/${replace(name, "-", "_")}"],
      [for name in var.product_names : "${local.glue}:table/${replace(name, "-", "_")}/*"],
    )
  }

  statement {
    actions = [
      "kafka-cluster:AlterGroup",
      "kafka-cluster:Connect",
      "kafka-cluster:DescribeGroup",
      "kafka-cluster:DescribeTopic",
      "kafka-cluster:ReadData",
    ]
    resources = [
      for kind in ["cluster", "group", "topic"] : "${local.feeds}:${kind}/${var.cluster_name}-feeds/*"
    ]
  }
}

resource "aws_iam_policy" "boundary" {
  name        = var.boundary_name
  description = "The most that a data product's role may do."
  policy      = data.aws_iam_policy_document.boundary.json
}
