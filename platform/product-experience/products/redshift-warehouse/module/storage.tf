# The role by which COPY reads and UNLOAD writes the mesh's buckets. It lies within the boundary of all roles that are
# made for data: what of it reaches a schema is decided by who may run COPY.

locals {
  buckets = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_prefix}*"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["redshift.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "storage" {
  statement {
    actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources = [local.buckets]
  }

  statement {
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
    resources = ["${local.buckets}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [data.aws_kms_alias.mesh.target_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "storage" {
  name               = "${var.name}-storage"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  permissions_boundary = format(
    "arn:%s:iam::%s:policy/%s",
    data.aws_partition.current.partition,
    data.aws_caller_identity.current.account_id,
    var.boundary_name,
  )
}

resource "aws_iam_role_policy" "storage" {
  name   = "storage"
  role   = aws_iam_role.storage.name
  policy = data.aws_iam_policy_document.storage.json
}
