# Where Terraform keeps its state, of the pipeline and in the cluster alike. The bucket is there before anything is
# made, as the state of its own network is kept in it; here is what it is like.

# A state that was damaged is taken back from an earlier version.
resource "aws_s3_bucket_versioning" "state" {
  bucket = var.terraform_state.bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = var.terraform_state.bucket

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.mesh.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket = var.terraform_state.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
