# The Glue controller: makes databases and tables by the names of data products, and reads no data.

data "aws_iam_policy_document" "ack_glue" {
  statement {
    actions = [
      "glue:CreateDatabase",
      "glue:CreateTable",
      "glue:DeleteDatabase",
      "glue:DeleteTable",
      "glue:GetDatabase",
      "glue:GetTable",
      "glue:GetTags",
      "glue:TagResource",
      "glue:UntagResource",
      "glue:UpdateDatabase",
      "glue:UpdateTable",
    ]
    # Glue's own names have underscores where those of roles have hyphens.
    resources = concat(
      ["${local.glue}:catalog"],
      [for name in var.product_names : "${local.glue}:database/${replace(name, "-", "_")}"],
      [for name in var.product_names : "${local.glue}:table/${replace(name, "-", "_")}/*"],
      # There are none, but to delete a database takes the right to what would be in it.
      [for name in var.product_names : "${local.glue}:userDefinedFunction/${replace(name, "-", "_")}/*"],
    )
  }
}

locals {
  glue = "arn:${data.aws_partition.current.partition}:glue:${var.region}:${data.aws_caller_identity.current.account_id}"
}

resource "aws_iam_role_policy" "ack_glue" {
  name   = "tables"
  role   = aws_iam_role.pod["ack-glue"].name
  policy = data.aws_iam_policy_document.ack_glue.json
}
