# Terraform of data products, which runs in the cluster as well: the schemas that they have in the warehouse. It comes
# to the warehouse as the user of a domain, and never as its administrator; it reaches no state but those of products.

data "aws_iam_policy_document" "product_runner" {
  statement {
    sid = "State"
    actions = [
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:PutObject",
    ]
    resources = ["${local.state}/${var.terraform_state.prefix}domains/*"]
  }

  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [local.state]
  }

  statement {
    sid       = "Encrypt"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.mesh.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "Statements"
    actions   = ["redshift-data:ExecuteStatement"]
    resources = ["arn:${local.partition}:redshift:${local.scope}:cluster:${local.own}*"]
  }

  statement {
    sid       = "OwnStatements"
    actions   = ["redshift-data:DescribeStatement"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "redshift-data:statement-owner-iam-userid"
      values   = ["$${aws:userid}"]
    }
  }

  statement {
    sid     = "Users"
    actions = ["redshift:GetClusterCredentials"]
    resources = [
      "arn:${local.partition}:redshift:${local.scope}:dbname:${local.own}*/*",
      "arn:${local.partition}:redshift:${local.scope}:dbuser:${local.own}*/*",
    ]
  }

  statement {
    sid       = "NoAdministrator"
    effect    = "Deny"
    actions   = ["redshift:GetClusterCredentials"]
    resources = ["arn:${local.partition}:redshift:${local.scope}:dbuser:${local.own}*/administrator"]
  }
}

resource "aws_iam_role_policy" "product_runner" {
  name   = "schemas"
  role   = aws_iam_role.pod["product-runner"].name
  policy = data.aws_iam_policy_document.product_runner.json
}
