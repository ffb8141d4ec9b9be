# The way to the networks of other environments.

resource "aws_ec2_transit_gateway_vpc_attachment" "this" {
  count = var.transit_gateway == null ? 0 : 1

  transit_gateway_id = var.transit_gateway.id
  vpc_id             = aws_vpc.this.id
  subnet_ids         = [for subnet in aws_subnet.private : subnet.id]

  tags = { Name = var.name }
}

resource "aws_route" "transit" {
  for_each = {
    for pair in setproduct(local.zones, var.transit_gateway == null ? [] : var.transit_gateway.cidr_blocks) :
    "${pair[0]} ${pair[1]}" => { zone = pair[0], cidr_block = pair[1] }
    if pair[1] != var.cidr_block # the network's own
  }

  route_table_id         = aws_route_table.private[each.value.zone].id
  destination_cidr_block = each.value.cidr_block
  transit_gateway_id     = var.transit_gateway.id

  depends_on = [aws_ec2_transit_gateway_vpc_attachment.this]
}
