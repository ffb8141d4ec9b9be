# Who spoke with whom: of every connection, its two ends, ports and bytes, and whether it was let through.

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/mesh/${var.name}/flow"
  retention_in_days = var.flow_log_days
}

data "aws_iam_policy_document" "trust_flow" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "write_flow" {
  statement {
    actions = [
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:PutLogEvents",
    ]
    resources = [aws_cloudwatch_log_group.flow.arn, "${aws_cloudwatch_log_group.flow.arn}:*"]
  }
}

resource "aws_iam_role" "flow" {
  name               = "${var.name}-flow-logs"
  assume_role_policy = data.aws_iam_policy_document.trust_flow.json
}

resource "aws_iam_role_policy" "flow" {
  name   = "logs"
  role   = aws_iam_role.flow.name
  policy = data.aws_iam_policy_document.write_flow.json
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  iam_role_arn    = aws_iam_role.flow.arn
  log_destination = aws_cloudwatch_log_group.flow.arn

  tags = { Name = var.name }
}
