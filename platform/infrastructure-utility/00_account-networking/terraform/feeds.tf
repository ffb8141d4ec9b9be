# Who reaches the brokers of vendors' feeds, which the stage `central-storage` makes: whatever is in this network, on the
# port of clients that prove who they are by IAM.

resource "aws_security_group" "feeds" {
  name        = "${var.name}-feeds"
  description = "Brokers of vendors' feeds."
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-feeds" }
}

resource "aws_vpc_security_group_ingress_rule" "feeds" {
  security_group_id = aws_security_group.feeds.id
  description       = "Kafka, with TLS and IAM."
  ip_protocol       = "tcp"
  from_port         = 9098
  to_port           = 9098
  cidr_ipv4         = var.cidr_block
}
