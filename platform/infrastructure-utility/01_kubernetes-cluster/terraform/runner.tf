# Terraform that runs in the cluster: the stages after this one make with it what no controller makes, which is the
# warehouse. All that it may touch begins with the cluster's name.

locals {
  partition = data.aws_partition.current.partition
  scope     = "${var.region}:${data.aws_caller_identity.current.account_id}"
  own       = "${var.cluster_name}-warehouse"
  state     = "arn:${local.partition}:s3:::${var.terraform_state.bucket}"
}

data "aws_iam_policy_document" "runner" {
  statement {
    sid = "State"
    actions = [
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:PutObject",
    ]
    resources = [
      for stage in var.terraform_state.stages : "${local.state}/${var.terraform_state.prefix}${stage}/*"
    ]
  }

  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [local.state]
  }

  statement {
    sid = "Look"
    actions = [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeVpcs",
      "kms:DescribeKey",
      "kms:ListAliases",
      "redshift:Describe*",
      "redshift-data:DescribeStatement",
      "redshift-data:GetStatementResult",
    ]
    resources = ["*"]
  }

  statement {
    sid     = "Warehouse"
    actions = ["redshift:*"]
    resources = [
      "arn:${local.partition}:redshift:${local.scope}:cluster:${local.own}*",
      "arn:${local.partition}:redshift:${local.scope}:dbname:${local.own}*/*",
      "arn:${local.partition}:redshift:${local.scope}:dbuser:${local.own}*/*",
      "arn:${local.partition}:redshift:${local.scope}:parametergroup:${local.own}*",
      "arn:${local.partition}:redshift:${local.scope}:snapshot:${local.own}*/*",
      "arn:${local.partition}:redshift:${local.scope}:subnetgroup:${local.own}*",
    ]
  }

  statement {
    sid       = "Statements"
    actions   = ["redshift-data:ExecuteStatement"]
    resources = ["arn:${local.partition}:redshift:${local.scope}:cluster:${local.own}*"]
  }

  # Redshift makes and keeps the password of the warehouse's administrator in a secret of its own.
  statement {
    sid = "Password"
    actions = [
      "secretsmanager:CreateSecret",
      "secretsmanager:DeleteSecret",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetRandomPassword",
      "secretsmanager:GetSecretValue",
      "secretsmanager:RotateSecret",
      "secretsmanager:TagResource",
      "secretsmanager:UpdateSecret",
    ]
    resources = ["arn:${local.partition}:secretsmanager:${local.scope}:secret:redshift!${local.own}*"]
  }

  statement {
    sid       = "Encrypt"
    actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.mesh.arn]
  }

  statement {
    sid = "SecurityGroups"
    actions = [
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateSecurityGroup",
      "ec2:CreateTags",
      "ec2:DeleteSecurityGroup",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = [
      "arn:${local.partition}:ec2:${local.scope}:security-group/*",
      "arn:${local.partition}:ec2:${local.scope}:security-group-rule/*",
      "arn:${local.partition}:ec2:${local.scope}:vpc/*",
    ]
  }

  statement {
    sid = "Role"
    actions = [
      "iam:DeleteRole",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:TagRole",
    ]
    resources = ["${local.account}:role/${local.own}*"]
  }

  statement {
    sid       = "BoundedRole"
    actions   = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"]
    resources = ["${local.account}:role/${local.own}*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }

  statement {
    sid       = "ServiceRole"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["${local.account}:role/aws-service-role/redshift.amazonaws.com/*"]
  }

  statement {
    sid       = "GiveRole"
    actions   = ["iam:PassRole"]
    resources = ["${local.account}:role/${local.own}*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["redshift.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "runner" {
  name   = "warehouse"
  role   = aws_iam_role.pod["tf-runner"].name
  policy = data.aws_iam_policy_document.runner.json
}
