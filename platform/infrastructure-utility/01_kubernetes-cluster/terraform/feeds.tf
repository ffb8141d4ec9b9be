# The Kafka controller: makes and configures the clusters of vendors' feeds, which begin with the cluster's name. It may
# not delete one, and reads no data.

locals {
  feeds = "arn:${data.aws_partition.current.partition}:kafka:${var.region}:${data.aws_caller_identity.current.account_id}"
}

data "aws_iam_policy_document" "ack_kafka" {
  statement {
    sid       = "Find" # by name, as the ARN of a cluster has a part that nobody knows before
    actions   = ["kafka:GetBootstrapBrokers", "kafka:ListClusters", "kafka:ListClustersV2"]
    resources = ["*"]
  }

  # What is not there yet has no ARN that a policy could name; the tags that it is to have, there are.
  # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmanagedstreamingforapachekafka.html
  statement {
    sid       = "Make"
    actions   = ["kafka:CreateCluster", "kafka:CreateClusterV2"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/stage"
      values   = ["central-storage"]
    }
  }

  statement {
    sid = "Feeds"
    actions = [
      "kafka:DescribeCluster",
      "kafka:DescribeClusterV2",
      "kafka:GetClusterPolicy",
      "kafka:ListScramSecrets",
      "kafka:ListTagsForResource",
      "kafka:PutClusterPolicy",
      "kafka:TagResource",
      "kafka:UntagResource",
      "kafka:UpdateBrokerCount",
      "kafka:UpdateBrokerStorage",
      "kafka:UpdateBrokerType",
      "kafka:UpdateClusterKafkaVersion",
      "kafka:UpdateMonitoring",
      "kafka:UpdateSecurity",
    ]
    resources = ["${local.feeds}:cluster/${var.cluster_name}-feeds/*"]
  }

  # What Amazon MSK does in the name of whoever makes a cluster: it looks at the network that it is given, puts its
  # endpoints there, and gets the right to use the key.
  # https://docs.aws.amazon.com/msk/latest/developerguide/security-iam-awsmanpol.html
  statement {
    sid = "Network"
    actions = [
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
    ]
    resources = ["*"]
  }

  statement {
    sid     = "EndpointIn"
    actions = ["ec2:CreateVpcEndpoint"]
    resources = [
      for kind in ["security-group", "subnet", "vpc"] :
      "arn:${data.aws_partition.current.partition}:ec2:${var.region}:${data.aws_caller_identity.current.account_id}:${kind}/*"
    ]
  }

  statement {
    sid       = "Endpoint"
    actions   = ["ec2:CreateVpcEndpoint"]
    resources = ["arn:${data.aws_partition.current.partition}:ec2:*:*:vpc-endpoint/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/AWSMSKManaged"
      values   = ["true"]
    }

    condition {
      test     = "StringLike"
      variable = "aws:RequestTag/ClusterArn"
      values   = ["${local.feeds}:cluster/${var.cluster_name}-feeds/*"]
    }
  }

  statement {
    sid       = "NameEndpoint"
    actions   = ["ec2:CreateTags"]
    resources = ["arn:${data.aws_partition.current.partition}:ec2:*:*:vpc-endpoint/*"]

    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateVpcEndpoint"]
    }
  }

  statement {
    sid       = "Key"
    actions   = ["kms:CreateGrant", "kms:DescribeKey"]
    resources = [aws_kms_key.mesh.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["kafka.${var.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "ServiceRole"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["${local.account}:role/aws-service-role/kafka.amazonaws.com/*"]
  }
}

resource "aws_iam_role_policy" "ack_kafka" {
  name   = "feeds"
  role   = aws_iam_role.pod["ack-kafka"].name
  policy = data.aws_iam_policy_document.ack_kafka.json
}
